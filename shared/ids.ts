import * as z from 'zod';
import type { Clock, Random } from './ports.ts';

/** What an id names, told by its prefix. */
const prefixes = {
  organization: 'org',
  workspace: 'ws',
  key: 'key',
  service: 'svc',
  auth: 'auth',
  session: 'cs',
  umbrella: 'umb',
  subscription: 'sub',
  connector: 'con',
  solution: 'sol',
  'end-user session': 'eus',
  receipt: 'rcp',
  import: 'imp',
  entry: 'hst',
  delivery: 'dlv',
  event: 'evt',
} as const;

type Noun = keyof typeof prefixes;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const body = `[${alphabet}]{26}`;

const id = (noun: Noun) =>
  z
    .string()
    .regex(new RegExp(`^${prefixes[noun]}_${body}$`), `Expected an id such as ${prefixes[noun]}_01hv….`)
    .meta({ example: `${prefixes[noun]}_01hvx3s9k2m4n6p8q0r2s4t6v8` });

export const OrganizationId = id('organization');
export const WorkspaceId = id('workspace');
export const KeyId = id('key');
export const ServiceId = id('service');
export const AuthId = id('auth');
export const SessionId = id('session');
export const UmbrellaId = id('umbrella');
export const SubscriptionId = id('subscription');
export const ConnectorId = id('connector');
export const SolutionId = id('solution');
export const EndUserSessionId = id('end-user session');
export const ReceiptId = id('receipt');
export const ImportId = id('import');
export const EntryId = id('entry');
export const DeliveryId = id('delivery');
export const EventId = id('event');

const base32 = (value: bigint, length: number): string => {
  let rest = value;
  let text = '';
  for (let place = 0; place < length; place += 1) {
    text = (alphabet[Number(rest & 31n)] ?? '') + text;
    rest >>= 5n;
  }
  return text;
};

const number = (bytes: Uint8Array) => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** A new id: the prefix, then 48 bits of time and 80 of chance in Crockford's base 32, so that ids sort by age. */
export const newId = (noun: Noun, { clock, random }: { clock: Clock; random: Random }): string =>
  `${prefixes[noun]}_${base32((BigInt(clock.now()) << 80n) | number(random.bytes(10)), 26)}`;

/** What no id made at this time or later sorts before. */
export const firstId = (noun: Noun, time: number): string =>
  `${prefixes[noun]}_${base32(BigInt(time) << 80n, 26)}`;

/** When an id was made, in milliseconds since 1970. */
export const timeOf = (value: string): number =>
  Number(
    Array.from(bare(value)).reduce((sum, digit) => (sum << 5n) | BigInt(alphabet.indexOf(digit)), 0n) >> 80n,
  );

/** 256 bits of chance in lower-case base 32 (52 characters): for keys, links and states. */
export const newToken = (random: Random): string => base32(number(random.bytes(32)), 52);

/** The part of an id behind its prefix. */
export const bare = (value: string): string => value.slice(value.indexOf('_') + 1);

/** An id again from its bare part. */
export const prefixed = (noun: Noun, value: string): string => `${prefixes[noun]}_${value}`;

/** What a bare id and a token look like inside a larger text. */
export const bareIdPattern = body;
export const tokenPattern = `[${alphabet}]{52}`;

/** What any id looks like, whatever it names. */
export const anyIdPattern = `(?:${Object.values(prefixes).join('|')})_${body}`;
