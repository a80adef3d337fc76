import { setTimeout } from 'node:timers/promises';
import type { Clock } from '#shared/ports.ts';
import type { Folder } from './files.ts';

/** A clock that runs as the world's does, ahead of it by what it was moved. */
export interface LocalClock extends Clock {
  readonly offset: () => number;
  /** Moves time forwards to a moment; what is past already moves nothing. */
  readonly moveTo: (moment: number) => void;
}

const name = 'clock-offset';

/** The local clock; how far it is ahead is kept in the folder. Sleeping takes real time. */
export const localClock = (folder: Folder): LocalClock => {
  let offset = Number(folder.keep(name, () => '0'));
  const now = () => Date.now() + offset;
  return {
    now,
    offset: () => offset,
    sleep: async (milliseconds) => {
      await setTimeout(milliseconds);
    },
    moveTo: (moment) => {
      offset += Math.max(0, moment - now());
      folder.write(name, String(offset));
    },
  };
};
