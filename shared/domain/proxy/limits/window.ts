import * as z from 'zod';
import type { Collection, Deps, Key } from '../../../ports.ts';
import { chance } from '../../chance.ts';
import { Instant } from '../../inputs.ts';
import type { Rate } from '../../services/limits.ts';

const day = 86_400_000;

/** The calls of one stretch of time that processes have taken to make. */
const Window = z.object({
  partition: z.string(),
  sort: z.string(),
  began: Instant,
  seconds: z.int(),
  taken: z.int(),
  revision: z.int(),
});

/** Not removed while it is used: a new item would begin its revisions anew, and a slow writer could take it for the old one. */
const windows: Collection<z.infer<typeof Window>> = {
  name: 'call_window',
  schema: Window,
  place: ({ partition, sort, began, seconds }) => ({
    key: { partition, sort },
    expiresAt: began + seconds * 1000 + day,
  }),
};

/** What a process has been given: so many calls, 0 when there are no more, of the stretch that began then. */
export interface Chunk {
  readonly began: number;
  readonly calls: number;
}

/** Of what is left nobody takes more than this part at a time, so that the last calls are not lying unused somewhere. */
const part = 8;
const tries = 20;
const pause = 20;

interface Wanted {
  readonly rate: Rate;
  /** How many calls the process can make use of. */
  readonly calls: number;
}

/**
 * Takes calls of the present stretch for this process, in one conditional write (ADR 0029). Where two clocks differ, the later
 * stretch counts. Undefined when others were faster too often.
 */
export const takeChunk = async (
  deps: Pick<Deps, 'store' | 'clock' | 'random'>,
  key: Key,
  { rate, calls }: Wanted,
): Promise<Chunk | undefined> => {
  const length = rate.seconds * 1000;
  for (let round = 0; round < tries; round += 1) {
    const item = await deps.store.get(windows, key);
    const now = deps.clock.now();
    const began = now - (now % length);
    const current = item && item.seconds === rate.seconds && item.began >= began ? item : { began, taken: 0 };
    const left = rate.calls - current.taken;
    if (left < 1) return { began: current.began, calls: 0 };
    const given = Math.max(1, Math.min(calls, Math.floor(left / part)));
    const next = {
      ...key,
      began: current.began,
      seconds: rate.seconds,
      taken: current.taken + given,
      revision: item?.revision ?? 0,
    };
    if (await (item ? deps.store.replace : deps.store.insert)(windows, next))
      return { began: current.began, calls: given };
    await deps.clock.sleep(Math.round(chance(deps) * pause));
  }
  return undefined;
};
