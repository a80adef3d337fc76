import type { Pairs } from '../protocol.ts';
import { Unusable, UnusableRequest } from '../unusable.ts';

/** A caller's request on its way to the service. */
export interface PlacedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Pairs;
  readonly body: Uint8Array | undefined;
}

/** A value of a credential that cannot stand where its rule puts it. The message does not hold it. */
export class UnusableCredential extends Unusable {}

/** The caller's body cannot take the part of the credential that belongs in it. The message says what to send. */
export class UnusableBody extends UnusableRequest {}

/** A header's name as servers take it that read underscores as dashes (RFC 3875 §4.1.18): to them, both spellings are one header. */
export const spelledAlike = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** The headers without those of these names, however they are spelled. */
export const without = (headers: Pairs, names: ReadonlySet<string>): Pairs => {
  const known = new Set([...names].map(spelledAlike));
  return headers.filter(([name]) => !known.has(spelledAlike(name)));
};
