import { setTimeout } from 'node:timers/promises';
import type { Clock } from '#shared/ports.ts';
import type { Folder } from './files.ts';

/** A clock that runs as the world's does, ahead of it by what it was moved. */
export interface LocalClock extends Clock {
  readonly offset: () => number;
  /** Writes down where time is to be moved: a process that is killed on the way arrives there at its next start. */
  readonly setOut: (moment: number) => void;
  /** Moves time forwards to a moment; what is past already moves nothing. */
  readonly moveTo: (moment: number) => void;
}

const name = 'clock-offset';

/** The local clock; how far it is ahead is kept in the folder. Sleeping takes real time. */
export const localClock = (folder: Folder): LocalClock => {
  let offset = Number(folder.keep(name, () => '0'));
  const now = () => Date.now() + offset;
  const until = (moment: number) => offset + Math.max(0, moment - now());
  return {
    now,
    offset: () => offset,
    sleep: async (milliseconds) => {
      await setTimeout(milliseconds);
    },
    setOut: (moment) => folder.write(name, String(until(moment))),
    moveTo: (moment) => {
      offset = until(moment);
    },
  };
};
