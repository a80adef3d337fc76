import type * as z from 'zod';
import type { LatchkeyEvent } from './events.ts';
import type { Secret } from './secret.ts';
import type { Settings } from './settings.ts';

/** Time. Milliseconds since 1970, and a wait that virtual time can shorten. */
export interface Clock {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Chance: bytes that nobody can foretell. */
export interface Random {
  readonly bytes: (length: number) => Uint8Array;
}

/** Where an item stands: the partition that holds it and its place therein. */
export interface Key {
  readonly partition: string;
  readonly sort: string;
}

/** A time at which something is to be done with an item. */
interface Due {
  readonly at: number;
  readonly act: string;
  /** What such items are asked for together by: the service of an auth. */
  readonly of?: string | undefined;
}

/** All the places where an item is found. */
export interface Placement {
  readonly key: Key;
  /** A list that the item is a member of, besides its own partition. */
  readonly listed?: Key | undefined;
  /** A second such list. */
  readonly grouped?: Key | undefined;
  /** A list in an order of its own, such as by a time. Its places change seldom. */
  readonly ranked?: Key | undefined;
  /** When the sweep must look at the item (milliseconds), and for which act; absent while nothing is to be done. */
  readonly due?: Due | undefined;
  /** When the item may be dropped, in milliseconds. A hint: readers check the item's own times. */
  readonly expiresAt?: number | undefined;
}

/** Every stored item counts its writes; a write names the count that it read. */
export interface Stored {
  readonly revision: number;
}

/** A kind of item: its name, its schema and where its items stand. */
export interface Collection<T extends Stored> {
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly place: (item: T) => Placement;
}

export interface ListRequest {
  /** `own` is the partition itself; the others are the lists of `Placement`. */
  readonly index: 'own' | 'listed' | 'grouped' | 'ranked';
  readonly partition: string;
  /** Only items whose place begins so. */
  readonly prefix?: string;
  /** Only items after this place. */
  readonly after?: string | undefined;
  /** Only items before this place; not together with a prefix. */
  readonly before?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** The place to go on from; absent at the end. */
  readonly next?: string | undefined;
}

/** An item that is due: which collection, where, since when, for which act and of what (the index projects `dueAct` and `dueOf`). */
export interface DueEntry extends Due {
  readonly collection: string;
  readonly key: Key;
}

export interface DueRequest {
  /** 0 to `dueShards` − 1. */
  readonly shard: number;
  /** Both ends included, in milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Only what comes after this entry of the page before, whether it is still there or not. */
  readonly after?: Pick<DueEntry, 'at' | 'key'> | undefined;
  readonly limit: number;
}

/** Items, written one at a time and only over what the writer has read. Reads by key see every write before them. */
export interface Store {
  readonly get: <T extends Stored>(collection: Collection<T>, key: Key) => Promise<T | undefined>;
  /** Writes a new item at revision 1; undefined when its place is taken. */
  readonly insert: <T extends Stored>(collection: Collection<T>, item: T) => Promise<T | undefined>;
  /** Writes over the revision that the item bears; undefined when somebody else wrote or removed it since. */
  readonly replace: <T extends Stored>(collection: Collection<T>, item: T) => Promise<T | undefined>;
  /** Removes the revision that the item bears; false when somebody else wrote or removed it since. */
  readonly remove: <T extends Stored>(collection: Collection<T>, item: T) => Promise<boolean>;
  readonly list: <T extends Stored>(collection: Collection<T>, request: ListRequest) => Promise<Page<T>>;
  /** What is due in a shard, the earliest first; what is due at the same moment always in the same order. */
  readonly due: (request: DueRequest) => Promise<readonly DueEntry[]>;
}

/** How many shards the index of what is due has (ADR 0004). */
export const dueShards = 16;

/** What a secret belongs to. `auth` is the credential of an auth, `service` the client secret of an OAuth application, `key` the first server key. */
export interface VaultRef {
  readonly kind: 'auth' | 'service' | 'subscription' | 'key';
  readonly organizationId: string;
  /** Absent for what belongs to the organization as a whole. */
  readonly workspaceId?: string | undefined;
  readonly id: string;
}

/** A workspace, or the organization as a whole where none is named. */
export type VaultPlace = Pick<VaultRef, 'organizationId' | 'workspaceId'>;

/** Secrets in versions that are added and never changed. A version is 32 to 64 letters, digits and dashes. */
export interface Vault {
  /** Keeps a version. Again with the same value: nothing happens; with another: rejects. */
  readonly put: (ref: VaultRef, version: string, value: Secret) => Promise<void>;
  readonly get: (ref: VaultRef, version: string) => Promise<Secret | undefined>;
  /** Says that nothing points to a version any more, so that it need not be kept; the others stay. */
  readonly forget: (ref: VaultRef, version: string) => Promise<void>;
  /** Destroys every version. Of what is not there: nothing happens. */
  readonly remove: (ref: VaultRef) => Promise<void>;
  /** Destroys what secrets of a workspace are sealed with, after all were removed: no copy can be read. Again: nothing happens. */
  readonly removeWorkspace: (place: VaultPlace) => Promise<void>;
}

/** Short-lived secrets sealed with the deployment's own key, so that they can lie in the store. */
export interface Sealer {
  /** Seals text (AES-256-GCM) so that only the same purpose opens it. */
  readonly seal: (purpose: string, value: Secret) => Promise<string>;
  /** Rejects when the text was changed or was sealed for another purpose. */
  readonly open: (purpose: string, sealed: string) => Promise<Secret>;
}

/** The sealed text is not what was sealed with this key for this purpose; it does not tell which of these is wrong. */
export class Unsealable extends Error {
  constructor(options?: ErrorOptions) {
    super('The sealed text was changed, or was sealed with another key or for another purpose.', options);
    this.name = 'Unsealable';
  }
}

/** Tells the rest of the world what has happened. At least once: an event's id tells repeats. */
export interface Bus {
  readonly publish: (events: readonly LatchkeyEvent[]) => Promise<void>;
}

/** Bytes that come piece by piece, and once only: what was read of them cannot be read again. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  /** How many there are in all, where that is known before. */
  readonly byteLength?: number | undefined;
}

export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  /** Name and value in order; names may repeat. Nothing is added but what HTTP/1.1 itself needs. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Uint8Array | string | ByteStream | undefined;
  /** From sending to the last header of the answer, also where the body streams meanwhile. */
  readonly timeoutMilliseconds: number;
  readonly signal?: AbortSignal | undefined;
}

export interface IncomingResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  /** The body as it comes, still encoded as the headers say. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The only way out to other people's machines. Follows no redirect. */
export interface Http {
  /** Rejects with `EgressRefused` before any byte leaves, or with `HttpFailure`. */
  readonly send: (request: OutgoingRequest) => Promise<IncomingResponse>;
}

/** The address is one that this product must not call: private, reserved, or of no use. */
export class EgressRefused extends Error {}

/** No answer came. `sent` is false when it is certain that the other side received nothing. */
export class HttpFailure extends Error {
  readonly reason: 'dns' | 'connect' | 'tls' | 'timeout' | 'reset' | 'aborted' | 'too_large';
  readonly sent: boolean;

  constructor(reason: HttpFailure['reason'], sent: boolean, options?: ErrorOptions) {
    super(`No answer came (${reason}).`, options);
    this.reason = reason;
    this.sent = sent;
  }
}

/** What somebody is told over SNS. */
export interface Notice {
  /** One line of printable ASCII, at most 100 characters: SNS takes nothing else as the subject of an e-mail. */
  readonly subject: string;
  readonly message: string;
  /** What filter policies of the topic's own subscriptions can tell notices apart by. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Ways to tell somebody by the account's own services, besides HTTP. All reject with `NoticeFailure`. */
export interface Notices {
  /** Where notices go: `local` when they are only kept on this machine, so that nobody takes it for sent. */
  readonly by: 'aws' | 'local';
  /** How the names of all topics and buses begin that may be told: IAM lets no other be reached. */
  readonly prefix: string;
  readonly publish: (topicArn: string, notice: Notice) => Promise<void>;
  /** Puts the event on a bus as it is. */
  readonly putEvent: (busArn: string, event: LatchkeyEvent) => Promise<void>;
  /** Makes the topic of a subscription and asks the recipient to confirm; again: asks again. Answers the topic's ARN. */
  readonly openMail: (subscriptionId: string, address: string) => Promise<string>;
  /** Whether the recipient has confirmed, and has not unsubscribed since. */
  readonly mailConfirmed: (topicArn: string) => Promise<boolean>;
  /** Removes such a topic with its recipient. Of what is not there: nothing happens. */
  readonly closeMail: (topicArn: string) => Promise<void>;
}

/** A service of the account did not take a notice. Holds none of that service's words. */
export class NoticeFailure extends Error {
  readonly reason: 'not_found' | 'forbidden' | 'throttled' | 'refused' | 'unavailable';

  constructor(reason: NoticeFailure['reason'], options?: ErrorOptions) {
    super(`The notice was not taken (${reason}).`, options);
    this.name = 'NoticeFailure';
    this.reason = reason;
  }
}

/** Everything that an operation may touch. Handed in, never looked up (ADR 0003). */
export interface Deps {
  readonly store: Store;
  readonly vault: Vault;
  readonly sealer: Sealer;
  readonly bus: Bus;
  readonly http: Http;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Settings;
}
