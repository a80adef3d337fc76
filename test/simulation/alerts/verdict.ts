import type { Told } from './outside.ts';
import type { Made, Outcome } from './run.ts';

const second = 1000;
const hour = 3_600_000;
const week = 168 * hour;

/** What is to be told of an auth that lives for a week, and how long before its end. Hours. */
const expected: readonly { readonly type: string; readonly what: string; readonly ahead: number }[] = [
  { type: 'auth.at_risk', what: 'auth.at_risk', ahead: 168 },
  ...[72, 24, 4].map((ahead) => ({
    type: 'auth.expiring',
    what: `auth.expiring ${String(ahead * 3600)}`,
    ahead,
  })),
  { type: 'auth.expired', what: 'auth.expired', ahead: 0 },
  { type: 'auth.needs_reconnect', what: 'auth.needs_reconnect', ahead: 0 },
];

const whatOf = ({ type, leadSeconds }: Told): string =>
  leadSeconds === undefined ? type : `${type} ${String(leadSeconds)}`;

const highest = (numbers: readonly number[]): number =>
  numbers.reduce((most, number) => Math.max(most, number), 0);

const share = (numbers: readonly number[], part: number): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor((numbers.length - 1) * part)] ?? 0;

const inSeconds = (numbers: readonly number[]) => ({
  half: Math.round(share(numbers, 0.5) / second),
  of99: Math.round(share(numbers, 0.99) / second),
  most: Math.round(highest(numbers) / second),
});

interface Seen {
  readonly made: readonly Made[];
  readonly taken: ReadonlyMap<string, string>;
  readonly told: readonly Told[];
  readonly events: readonly string[];
}

/** How late each kind of thing was told. */
const lateness = (tellings: readonly { what: string; moment: number; heard: readonly Told[] }[]) =>
  Object.fromEntries(
    expected.map(({ what }) => [
      what,
      inSeconds(
        tellings.flatMap((telling) =>
          telling.what === what ? telling.heard.map(({ at }) => at - telling.moment) : [],
        ),
      ),
    ]),
  );

const count = (lists: readonly (readonly unknown[])[]): number =>
  lists.reduce((sum, list) => sum + list.length, 0);

/** What is wrong with what one subscriber has heard. */
const judged = ({ made, taken, told, events }: Seen) => {
  const due = expected.filter(({ type }) => events.includes(type));
  const ids = new Set(told.map(({ id }) => id));
  const demo = new Map(made.filter((auth) => auth.demo).map((auth) => [auth.authId, auth]));
  const byAuth = Map.groupBy(told, ({ authId }) => authId);
  const tellings = [...demo.values()].flatMap(({ authId, consentedAt }) =>
    due.map(({ what, ahead }) => ({
      what,
      moment: consentedAt + week - ahead * hour,
      endsAt: new Date(consentedAt + week).toISOString(),
      heard: byAuth.get(authId)?.filter((event) => whatOf(event) === what) ?? [],
    })),
  );
  const known = new Set(due.map(({ what }) => what));
  const early = tellings.flatMap(({ moment, heard }) => heard.filter(({ at }) => at < moment));
  const wrongEnd = tellings.flatMap(({ endsAt, heard }) =>
    heard.filter((event) => event.endsAt !== undefined && event.endsAt !== endsAt),
  );
  return {
    wrong: {
      /** What was to be told and was not heard, and what was told by more than one event. */
      missing: tellings.filter(({ heard }) => heard.length === 0).length,
      doubled: tellings.filter(({ heard }) => heard.length > 1).length,
      /** Alerts of auths that do not end, and such as nobody should get at all. */
      unfounded: told.filter((event) => !demo.has(event.authId) || !known.has(whatOf(event))).length,
      early: early.length,
      wrongEnd: wrongEnd.length,
      /** Events that the bus took and nobody brought, and such as it never took. */
      lost: [...taken].filter(([id, type]) => events.includes(type) && !ids.has(id)).length,
      invented: told.filter(({ id }) => !taken.has(id)).length,
    },
    heard: count(tellings.map(({ heard }) => heard)),
    late: lateness(tellings),
    brought: inSeconds(told.map(({ at, receivedAt }) => receivedAt - at)),
  };
};

/** What is to be so of every subscriber in the end. */
export const nothingWrong = {
  missing: 0,
  doubled: 0,
  unfounded: 0,
  early: 0,
  wrongEnd: 0,
  lost: 0,
  invented: 0,
};

/** How it went for one subscriber: what is wrong, how late things were told after their moment, and brought after they were told. */
export const verdictOn = ({ made, taken, subscribers }: Outcome, name: string) => {
  const { told, events, refused, counts } = subscribers[name]!;
  return { ...judged({ made, taken, told: [...told.values()], events }), refused, ...counts };
};
