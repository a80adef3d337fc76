import { causes, type Auth } from '../auths/auth.ts';
import { comingEnd } from '../auths/ending.ts';
import { daysAhead, mostNamed, type Counts } from './counts.ts';

const day = 86_400_000;

type Fare = Omit<Counts['otherServices'], 'services'>;

const nobody: Fare = { auths: 0, failing: 0, needsReconnect: 0, atRisk: 0 };

const sum = (one: Fare, other: Fare): Fare => ({
  auths: one.auths + other.auths,
  failing: one.failing + other.failing,
  needsReconnect: one.needsReconnect + other.needsReconnect,
  atRisk: one.atRisk + other.atRisk,
});

const fareOf = ({ state, atRisk }: Counted): Fare => ({
  auths: 1,
  failing: Number(state === 'failing'),
  needsReconnect: Number(state === 'needs_reconnect'),
  atRisk: Number(atRisk !== undefined),
});

/** What of an auth is counted. */
export type Counted = Pick<
  Auth,
  | 'serviceId'
  | 'state'
  | 'cause'
  | 'setAsideAt'
  | 'atRisk'
  | 'prediction'
  | 'lasting'
  | 'failure'
  | 'refreshAt'
>;

/** Where the predicted end of an auth that works is counted: −1 before the count, a day from 0, or after the last. */
const placeOf = (end: number, at: number): number =>
  end < at ? -1 : Math.min(Math.floor(end / day) - Math.floor(at / day), daysAhead);

const dateOf = (at: number, ahead: number): string =>
  new Date(at + ahead * day).toISOString().slice(0, 'yyyy-mm-dd'.length);

/** The first by a number, the highest first; of equal ones always the same. */
const ranked = <V>(entries: ReadonlyMap<string, V>, by: (value: V) => number) => {
  const sorted = [...entries].toSorted(
    ([one, left], [other, right]) => by(right) - by(left) || (one < other ? -1 : 1),
  );
  return { named: sorted.slice(0, mostNamed), others: sorted.slice(mostNamed) };
};

const add = <K>(counts: Map<K, number>, key: K): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Counts auths, each as it is added. `at` is when the count began, in milliseconds. */
export const tallying = (at: number) => {
  const states = { active: 0, failing: 0, needs_reconnect: 0 };
  const byCause = new Map<string, number>();
  const byService = new Map<string, Fare>();
  const byUmbrella = new Map<string, number>();
  const byDay = new Map<number | 'never', number>();
  let setAside = 0;

  const count = (auth: Counted): void => {
    const { state, cause, serviceId = '', atRisk } = auth;
    const end = comingEnd(auth);
    if (state === 'deleting') return;
    states[state] += 1;
    byService.set(serviceId, sum(byService.get(serviceId) ?? nobody, fareOf(auth)));
    if (atRisk) add(byUmbrella, atRisk.umbrellaId);
    if (auth.setAsideAt !== undefined) setAside += 1;
    if (state === 'needs_reconnect') add(byCause, cause ?? 'unknown');
    else add(byDay, end === undefined ? 'never' : placeOf(end, at));
  };

  const counts = (workspaces: number): Counts => {
    const all = [...byService.values()].reduce(sum, nobody);
    const services = ranked(byService, ({ auths }) => auths);
    const umbrellas = ranked(byUmbrella, (atRisk) => atRisk);
    return {
      auths: all.auths,
      workspaces,
      states,
      causes: Object.fromEntries(causes.map((cause) => [cause, byCause.get(cause) ?? 0])),
      atRisk: all.atRisk,
      setAside,
      services: services.named.map(([id, fare]) => ({ serviceId: id === '' ? null : id, ...fare })),
      otherServices: {
        services: services.others.length,
        ...services.others.map(([, fare]) => fare).reduce(sum, nobody),
      },
      umbrellas: umbrellas.named.map(([umbrellaId, atRisk]) => ({ umbrellaId, atRisk })),
      otherUmbrellas: {
        umbrellas: umbrellas.others.length,
        atRisk: umbrellas.others.reduce((total, [, atRisk]) => total + atRisk, 0),
      },
      predictedEnds: {
        past: byDay.get(-1) ?? 0,
        days: Array.from({ length: daysAhead }, (_, ahead) => ({
          date: dateOf(at, ahead),
          auths: byDay.get(ahead) ?? 0,
        })),
        later: byDay.get(daysAhead) ?? 0,
        never: byDay.get('never') ?? 0,
      },
    };
  };

  return { count, counts };
};
