import * as z from 'zod';
import type { Secret } from '../secret.ts';

export type Values = Readonly<Record<string, string>>;
export type Pairs = readonly (readonly [string, string])[];

/** A setting that may hold placeholders: where it stands below `auth`, and what may fill it. */
export interface Setting {
  /** Such as `tokenUrl` or `steps.0.headers.X-Key`. */
  readonly path: string;
  readonly text: string;
  readonly is: 'url' | 'text';
  /** Filled when there are only fields and secrets, or also when the provider has answered once. */
  readonly filledFrom: 'fields' | 'answers';
  /** Whether the person, or whoever reads the auth, sees what it is filled with: then no secret of the service fills it. */
  readonly shown?: boolean;
  /** What fills it besides, such as `kept.session` of an earlier step. */
  readonly alsoFilledBy?: readonly string[];
}

/** Where a URL may lead whose host is not written out. */
export interface UrlLimits {
  /** Host patterns, such as `*.acme.com`. */
  readonly hosts?: readonly string[];
  /** Whether such an address may be plain HTTP. */
  readonly plainHttp?: boolean;
  /** Whether the request carries secrets that are not the person's own: then a host that a field chooses must be listed too. */
  readonly closed?: boolean;
}

/** What a request to a provider is built from. */
export interface Ground {
  /** Fills placeholders: fields by key, `secrets.…`, and of earlier answers `metadata.…`. */
  readonly values: Values;
  /** The secrets of the OAuth application by their name in the definition, such as `clientSecret`. */
  readonly secrets: Readonly<Record<string, Secret>>;
  readonly urls?: UrlLimits;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly bytes: (length: number) => Uint8Array;
}

/** A request to a provider, ready to be sent. */
export interface ProviderRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Pairs;
  readonly body?: string | undefined;
}

/** A provider's answer as it came, kept whole before it is judged. */
export const ProviderAnswer = z.object({
  status: z.int(),
  contentType: z.string(),
  retryAfter: z.string().optional(),
  /** Only the headers that the protocol asked for, by lower-case names. */
  headers: z.array(z.tuple([z.string(), z.string()])).optional(),
  body: z.string(),
});
export type ProviderAnswer = z.infer<typeof ProviderAnswer>;

/** What a good answer grants. */
export interface Granted {
  /** What fills placeholders from now on: `access_token`, `metadata.…`. */
  readonly values: Values;
  /** How the access token is to be presented, where the answer tells it (RFC 6749 §7.1). */
  readonly tokenType?: string | undefined;
  /** Absent when the answer has none: then the one that was spent stays good. */
  readonly refreshToken?: Secret | undefined;
  /** Absent when neither the answer nor the definition tells it, and when the answer tells the moment instead. */
  readonly lifetimeSeconds?: number | undefined;
  /** The moment of the end in milliseconds since 1970, where the answer tells one. */
  readonly expiresAt?: number | undefined;
  /** How long the refresh token lives, where the answer tells it. */
  readonly refreshLifetimeSeconds?: number | undefined;
  /** What the person granted, where the answer tells it (RFC 6749 §5.1). */
  readonly scopes?: readonly string[] | undefined;
}

/**
 * `terminal`: the grant is over. `client`: the OAuth application was refused, the grant may be sound.
 * `transient`: try again later, `retryAfter` (seconds or an HTTP date) is a floor.
 */
export interface Refusal {
  readonly kind: 'terminal' | 'client' | 'transient';
  readonly code: string;
  /** The provider's own words as they came, which may repeat anything: a secret until they are scrubbed. */
  readonly description?: Secret | undefined;
  readonly retryAfter?: string | undefined;
}

/** A refusal whose words may be kept and shown. */
export type ToldRefusal = Omit<Refusal, 'description'> & { readonly description?: string | undefined };

export type Verdict = { readonly kind: 'granted'; readonly granted: Granted } | Refusal;

/** What passes between us and a provider until a credential is there: requests, each built from the answers before. */
export interface Conversation {
  readonly request: ProviderRequest;
  /** Lower-case names of the headers of the answer that are needed. */
  readonly answerHeaders?: readonly string[];
  /** What is kept beside the last answer, as `metadata.…`: parameters of a callback, values of earlier answers. */
  readonly metadata?: Values;
  /** What follows; absent for the last request, whose answer is kept whole and judged after. */
  readonly next?: (answer: ProviderAnswer) => Promise<Conversation | Refusal>;
}

/** The person's way to the provider: the page, and what must be known again when the callback comes. */
export interface Departure {
  readonly page: URL;
  readonly kept: Values;
}

/** A departure that the provider is asked for first (RFC 5849 §2.1). */
export interface Asking {
  readonly request: ProviderRequest;
  readonly depart: (answer: ProviderAnswer) => Departure | Refusal;
}

/** Why a callback cannot be gone on from: the provider said no, or it is not as it should be. */
export interface CallbackRefusal {
  readonly kind: 'refused' | 'malformed';
  readonly code: string;
}

interface DepartInput {
  readonly ground: Ground;
  readonly redirectUri: string;
  readonly state: string;
  /** Filled already. */
  readonly scopes: readonly string[];
}

interface ArriveInput {
  readonly ground: Ground;
  readonly redirectUri: string;
  /** The parameters of the callback. */
  readonly query: URLSearchParams;
  readonly kept: Values;
}

/** A type of auth in which a person goes to the provider and comes back. */
export interface Consent {
  readonly depart: (input: DepartInput) => Promise<Departure | Asking>;
  readonly arrive: (input: ArriveInput) => Promise<Conversation | CallbackRefusal>;
  /** Judges the answer to the exchange beyond what `judge` does, such as an ID token's nonce; undefined when it is sound. */
  readonly vet?: (answer: ProviderAnswer, kept: Values) => Promise<Refusal | undefined>;
}

export interface SignInput {
  readonly ground: Ground;
  readonly method: string;
  readonly url: URL;
  readonly headers: Pairs;
  readonly body: Uint8Array | undefined;
}

/** What a signature adds to a request. A header replaces the one of its name. */
export interface Signed {
  readonly url: URL;
  readonly headers: Pairs;
  readonly body: Uint8Array | undefined;
}

/**
 * What a type of auth knows. It builds requests and judges answers and sends nothing. A new type is one folder here, one
 * member of the union in `definition.ts` and one line in `protocol-of.ts`.
 */
export interface Protocol {
  readonly settings: readonly Setting[];
  /** The placeholders that a provider's answer fills. */
  readonly provides: readonly string[];
  /** The secrets of the OAuth application that there must be, by their name in the definition. */
  readonly needsSecrets: readonly string[];
  readonly consent?: Consent;
  /** Obtains a credential from fields alone, as often as one is needed. */
  readonly issue?: (ground: Ground) => Promise<Conversation>;
  /** Spends a refresh token. */
  readonly renew?: (ground: Ground, refreshToken: Secret) => Promise<Conversation>;
  /** How long the provider still takes a refresh token that was spent; infinite where it rotates none. Left out, not at all. */
  readonly graceMilliseconds?: number;
  /** How many renewals of one service may be under way at once, where the definition says it. */
  readonly concurrency?: number | undefined;
  readonly judge: (answer: ProviderAnswer) => Verdict;
  /** Whether an answer refuses the client secret, so that nothing was spent and the next one may be tried. Pure. */
  readonly refusesSecret?: (answer: ProviderAnswer) => boolean;
  /** Signs a proxied call. */
  readonly sign?: (input: SignInput) => Promise<Signed>;
  /** Takes the grant back at the provider (RFC 7009, or as the definition says). Several requests: each is sent. */
  readonly revoke?: (ground: Ground, refreshToken: Secret | undefined) => Promise<readonly ProviderRequest[]>;
  /** The statuses of a proxied call's answer that say that the token is over. */
  readonly refusedBy: readonly number[];
}
