import * as z from 'zod';
import { Instant } from '../inputs.ts';
import { production } from './definition.ts';
import { legacyOf } from './legacy.ts';
import type { Service } from './service.ts';

const day = 24 * 60 * 60 * 1000;

/** A moment of which people are told before it comes, and when it has come. */
export interface ServiceDate {
  readonly kind: DateKind;
  readonly environment: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** By the date's name: which moment it was when it was last told of, and at which lead time, in milliseconds. */
export const ToldDates = z.record(z.string(), z.object({ at: Instant, lead: z.int() }));
type ToldDates = z.infer<typeof ToldDates>;

/** What a service's dates stand in. */
type WithDates = Pick<Service, 'definition' | 'origin' | 'legacy'>;

interface Kind {
  /** Days before. At the date itself it is told once more. */
  readonly leads: readonly number[];
  /** By environment, as a service has it. */
  readonly dates: (service: WithDates) => Readonly<Record<string, unknown>>;
}

/** All dates of a service that people are told of before. Another is one entry here, and one of what is told in `tell-dates.ts`. */
const kinds = {
  client_secret: {
    leads: [14, 7, 3, 1],
    dates: ({ definition: { auth, environments } }) => ({
      ...('clientSecretExpiresAt' in auth && { [production]: auth.clientSecretExpiresAt }),
      ...Object.fromEntries(
        Object.entries(environments).map(([name, own]) => [name, own.auth['clientSecretExpiresAt']]),
      ),
    }),
  },
  legacy_sunset: {
    leads: [90, 30, 7],
    // Only what came from the older system goes (R17).
    dates: (service) => ({ [production]: legacyOf(service)?.sunsetAt }),
  },
} satisfies Record<string, Kind>;
export type DateKind = keyof typeof kinds;
const allKinds: readonly DateKind[] = ['client_secret', 'legacy_sunset'];

/** Of an environment's override only the whole was checked, so this may be anything. A date before 1970 is long over. */
const momentOf = (text: unknown): number | undefined => {
  const moment = typeof text === 'string' ? Date.parse(text) : NaN;
  return Number.isFinite(moment) ? Math.max(moment, 0) : undefined;
};

/** The dates of a service, each environment's own: one that uses the secret of production has no date of it. */
export const datesOf = (service: WithDates): readonly ServiceDate[] =>
  allKinds.flatMap((kind) =>
    Object.entries(kinds[kind].dates(service)).flatMap(([environment, text]) => {
      const at = momentOf(text);
      return at === undefined ? [] : [{ kind, environment, at }];
    }),
  );

/** Names a date of a service. */
export const nameOf = ({ kind, environment }: ServiceDate): string => `${kind}/${environment}`;

type Dated = WithDates & Pick<Service, 'toldDates' | 'updatedAt'>;

/** The lead times not told of yet, the end as 0, in milliseconds; those before one that was told are over, told or not. */
const leadsLeft = (date: ServiceDate, toldDates: ToldDates = {}): readonly number[] => {
  const told = toldDates[nameOf(date)];
  const last = told?.at === date.at ? told.lead : Infinity;
  return [...kinds[date.kind].leads.map((lead) => lead * day), 0].filter((lead) => lead < last);
};

/** A date to be told of now, and the lead time that has come, in milliseconds. */
export interface DueDate {
  readonly date: ServiceDate;
  readonly lead: number;
}

/** What is to be told of now: of each date the last lead time that has come, so that a date set late is told of once. */
export const dueDates = (service: Dated, now: number): readonly DueDate[] =>
  datesOf(service).flatMap((date) => {
    const lead = leadsLeft(date, service.toldDates).findLast((left) => date.at - left <= now);
    return lead === undefined ? [] : [{ date, lead }];
  });

/** When a date of a service must be told of next. One set within its lead times is due since it was set. */
export const datesDue = (service: Dated) => {
  const moments = datesOf(service).flatMap((date) => {
    const [first] = leadsLeft(date, service.toldDates);
    return first === undefined ? [] : [date.at - first];
  });
  if (moments.length === 0) return undefined;
  // The sweep has read past what lies before the edit.
  return { at: Math.max(Math.min(...moments), service.updatedAt), act: 'dates' };
};
