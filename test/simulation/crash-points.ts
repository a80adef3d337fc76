import { chanceOf } from './chance.ts';
import { crashed, type Crash, type Ending } from './crash.ts';
import { deathsOf, nameOf, type Death } from './mortal.ts';

/** A renewal, and who dies over it. */
type Renewal = Pick<Crash, 'provider' | 'trigger' | 'mutation'>;

/** What became of a crash, in words. */
export interface Point {
  readonly name: string;
  readonly first: Death;
  readonly ending: Ending;
}

const minute = 60_000;

/** Longer than this no crash keeps an auth from being well or over: a lease, a redelivery and a sweep; each twice for two. */
const longest = { one: 20 * minute, two: 40 * minute };

/**
 * Nothing else can be done where the provider does not give an answer twice, or only for less than a lease takes. Who dies before
 * a lease of its own leaves the auth to the next quarter of an hour.
 */
const mayEnd = ({ model, graceSeconds }: Crash['provider'], two: boolean): boolean =>
  model === 'strict' || (model === 'grace' && graceSeconds * 1000 < (two ? 20 : 2) * minute);

/** What is wrong with an ending, in words; empty when all is as it should be. */
export const wrongWith = ({ ending, provider, two = false }: { ending: Ending; two?: boolean } & Renewal) => {
  const { operation, recovery, broken, state, cause, answerLost, ends, furtherCalls, took } = ending;
  const wrong = [...broken];
  if (!operation.died || (two && !recovery.died)) wrong.push('nobody died');
  if (furtherCalls > 2) wrong.push(`${String(furtherCalls)} further token calls`);
  if (took === undefined || took > (two ? longest.two : longest.one))
    wrong.push(`it took ${String(took)} ms`);
  if (state === 'needs_reconnect') {
    if (!mayEnd(provider, two)) wrong.push('it ended without need');
    if (!answerLost) wrong.push('it ended, and no answer was lost');
    if (cause !== 'lost_rotation') wrong.push(`it ended with the cause ${String(cause)}`);
    if (ends !== 1) wrong.push(`its end was told ${String(ends)} times`);
  } else {
    if (state !== 'active') wrong.push(`it is ${String(state)}`);
    if (ends !== 0) wrong.push('its end was told');
    if (answerLost && provider.model === 'strict') wrong.push('what was lost cannot be well');
  }
  return wrong;
};

/** Each death that one renewal leaves room for. */
export const everyPoint = async (renewal: Renewal): Promise<{ unharmed: Ending; points: Point[] }> => {
  const unharmed = await crashed(renewal);
  const points: Point[] = [];
  for (const first of deathsOf(unharmed.operation))
    points.push({
      name: nameOf(unharmed.operation, first),
      first,
      ending: await crashed({ ...renewal, first }),
    });
  return { unharmed, points };
};

/** Who waits for a lease looks again and again: only how that begins and ends is worth a death. */
const worthDying = ({ recovery }: Ending): Death[] =>
  deathsOf(recovery).filter(({ call }) => call <= 20 || call > recovery.awaited.length - 40);

/** A second death after each first one, at each call of those who deal with it; at most so many of them, drawn by a seed. */
export const secondDeaths = (
  points: readonly Point[],
  { seed, most }: { seed: number; most: number },
): { first: Death; second: Death; name: string }[] => {
  const all = points.flatMap(({ name, first, ending }) =>
    worthDying(ending).map((second) => ({
      first,
      second,
      name: `${name}, then ${String(second.call)} ${nameOf(ending.recovery, second)}`,
    })),
  );
  if (all.length <= most) return all;
  const chance = chanceOf(seed, 3);
  return Array.from({ length: most }, () => all.splice(chance.below(all.length), 1)).flat();
};
