import * as z from 'zod';
import { EventId, newId, OrganizationId } from './ids.ts';
import type { Clock, Random } from './ports.ts';

/** What every event bears. Ids, states, reasons and times; never a secret, never personal data. */
export const LatchkeyEvent = z.strictObject({
  id: EventId,
  type: z.string(),
  version: z.int(),
  /** ISO 8601, UTC. */
  time: z.iso.datetime(),
  organizationId: OrganizationId,
  data: z.record(z.string(), z.unknown()),
});
export type LatchkeyEvent = z.infer<typeof LatchkeyEvent>;

interface EventOptions<T extends z.ZodType> {
  readonly summary: string;
  /**
   * `work` starts the product's own functions; `news` is also told to subscribers; `subscriber` is made for one subscription,
   * which nobody subscribes to and which is not on the bus.
   */
  readonly audience: 'work' | 'news' | 'subscriber';
  readonly version: number;
  readonly data: T;
  /** The data of versions before, by version: events of them may still lie somewhere. */
  readonly earlier?: Readonly<Record<number, z.ZodType>>;
  readonly example: z.input<T>;
}

/** One kind of event: its name in the past tense, its data, and an example. */
export interface EventKind<T extends z.ZodType = z.ZodType> extends EventOptions<T> {
  readonly type: string;
}

/** Defines a kind of event; it stands beside the noun that it tells of. */
export const eventKind = <T extends z.ZodType>(type: string, options: EventOptions<T>): EventKind<T> => ({
  type,
  ...options,
});

type Chance = { readonly clock: Clock; readonly random: Random };

/** A new event of data that is yet to be checked: rejects what does not fit the kind. */
export const eventOf = <T extends z.ZodType<Record<string, unknown>>>(
  deps: Chance,
  kind: EventKind<T>,
  { organizationId, data }: { organizationId: string; data: unknown },
): LatchkeyEvent => ({
  id: newId('event', deps),
  type: kind.type,
  version: kind.version,
  time: new Date(deps.clock.now()).toISOString(),
  organizationId,
  data: kind.data.parse(data),
});

/** A new event of data that is known to fit. */
export const newEvent = <T extends z.ZodType<Record<string, unknown>>>(
  deps: Chance,
  kind: EventKind<T>,
  about: { organizationId: string; data: z.input<T> },
): LatchkeyEvent => eventOf(deps, kind, about);

/** Whether a pattern takes events of a type: the type's own name, or a noun and a star such as `auth.*`. */
export const patternTakes = (pattern: string, type: string): boolean =>
  pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));
