import { HttpFailure, type Deps, type IncomingResponse } from '../../ports.ts';
import { withoutParameters } from '../../protocols/apply/form.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import { groundOf } from '../auths/credential.ts';
import { discard } from '../discard.ts';
import { harmless } from './harmless.ts';
import { onwardHeaders } from './headers.ts';
import { holdsCredential } from './material.ts';
import { baseOf, isBelow, isListed } from './reach.ts';
import { isRedirect, redirected, strangersHeaders } from './redirected.ts';
import { repeatable } from './repeatable.ts';
import { reachOf, sendOnce, type Outgoing, type SendInput } from './send.ts';
import { targetUrl } from './target.ts';

interface FollowInput extends SendInput {
  /** When the call must have its answer. Milliseconds since 1970. */
  readonly until: number;
}

/** The answer at the end of a way, and where that was. */
export interface Followed extends IncomingResponse {
  /** The last URL, where a redirect was followed and the credential is not in it. */
  readonly url?: string | undefined;
  /** Whether the answer is another site's, that was asked without the credential. */
  readonly strange: boolean;
  /** Whether the call has done its work, which twice would be too often, and only its outcome was asked for since. */
  readonly done: boolean;
}

/** A request on its way. */
interface Hop {
  readonly outgoing: Outgoing;
  readonly url: URL;
  readonly strange: boolean;
}

/** Further than this nobody is led on purpose. */
const farthest = 20;

/** What is asked of each hop. */
interface Rules {
  readonly withCredential: (url: URL) => boolean;
  readonly withoutParts: (url: URL) => URL;
  readonly holds: (text: string) => boolean;
}

/** Whether a parameter is one that the credential or a signature puts into queries. */
const partOfCredential = ({ definition }: SendInput['service']): ((name: string) => boolean) => {
  const applied = (definition.apply ?? []).filter(({ in: place }) => place === 'query');
  const names = new Set(applied.map(({ name }) => name));
  const signs = protocolOf(definition.auth).sign !== undefined;
  return (name) => names.has(name) || (signs && name.startsWith('oauth_'));
};

const rulesOf = (deps: Deps, { service, ready, outgoing }: FollowInput): Rules => {
  const ground = groundOf(deps, { service, values: ready.opened.values, secrets: ready.secrets });
  const reach = reachOf(deps, service, ground);
  const base = baseOf(reach);
  const elsewhere = outgoing.options?.redirects?.keepAuthorization === true;
  const isPart = partOfCredential(service);
  return {
    withCredential: (url) => isBelow(base, url) || (elsewhere && isListed(reach, url)),
    withoutParts: (url) => {
      const bare = new URL(url);
      bare.search = withoutParameters(bare.search.slice(1), isPart);
      return bare;
    },
    holds: holdsCredential(service, ground),
  };
};

/** Where an answer leads; undefined when it names no place, several, or one that no credential or body should be near. */
const placeNamed = ({ status, headers }: IncomingResponse, from: URL): URL | undefined => {
  const named = headers.filter(([name]) => name.toLowerCase() === 'location');
  const url = named.length === 1 && isRedirect(status) ? URL.parse(named[0]?.[1] ?? '', from.href) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  if (from.protocol === 'https:' && url.protocol === 'http:') return undefined;
  // No part of what is sent.
  url.hash = '';
  return url;
};

/** The next request as another site may get it; undefined when the credential would be in what is left of it. */
const strangersHop = (outgoing: Outgoing, url: URL, rules: Rules): Hop | undefined => {
  const bare = rules.withoutParts(url);
  const headers = strangersHeaders(onwardHeaders(outgoing.headers));
  const { body } = outgoing;
  const texts = [bare.href, ...headers.map(([, value]) => value)];
  if (body instanceof Uint8Array) texts.push(Buffer.from(body).toString());
  if (texts.some(rules.holds)) return undefined;
  return { outgoing: { ...outgoing, headers }, url: bare, strange: true };
};

/** The next request; undefined when the redirect is not followed. Who has once left the service gets no credential any more. */
const nextHop = (hop: Hop, answer: IncomingResponse, rules: Rules): Hop | undefined => {
  const url = placeNamed(answer, hop.url);
  if (!url) return undefined;
  const outgoing = redirected(hop.outgoing, answer.status);
  if (!repeatable(outgoing.body)) return undefined;
  if (!hop.strange && rules.withCredential(url)) return { outgoing, url, strange: false };
  return strangersHop(outgoing, url, rules);
};

const sendHop = (deps: Deps, input: FollowInput, { outgoing, url, strange }: Hop) => {
  const leftMilliseconds = input.until - deps.clock.now();
  if (!strange) return sendOnce(deps, { ...input, outgoing, hop: url, leftMilliseconds });
  const { method, headers, body, signal } = outgoing;
  const request = { method, url: url.href, headers, body, signal };
  return deps.http.send({ ...request, timeoutMilliseconds: leftMilliseconds });
};

/** Whether a redirect says that the request before it was carried out: it leads to the outcome (RFC 9110 §15.4.4). */
const leadsToOutcome = (hop: Hop, next: Hop, status: number): boolean =>
  status === 303 || next.outgoing.method !== hop.outgoing.method;

/** What was carried out was received, whatever became of the request for its outcome. */
const received = (error: unknown): unknown =>
  error instanceof HttpFailure ? new HttpFailure(error.reason, true, { cause: error }) : error;

const startOf = (deps: Deps, { service, ready, outgoing }: FollowInput): Hop => {
  const ground = groundOf(deps, { service, values: ready.opened.values, secrets: ready.secrets });
  return { outgoing, url: targetUrl(reachOf(deps, service, ground), outgoing), strange: false };
};

/**
 * Sends a call and goes where its answers redirect to, as far as the caller wants it (RFC 9110 §15.4). Every hop is judged
 * anew: below the base URL, and where the caller says so at a listed host, it is placed and signed with the credential; anywhere
 * else it goes without the credential, and with no header of the caller's that may hold one. A redirect that is not followed is
 * the answer. Rejects as `sendOnce` does.
 */
export const followRedirects = async (deps: Deps, input: FollowInput): Promise<Followed> => {
  const { outgoing, until } = input;
  const leftMilliseconds = until - deps.clock.now();
  let answer = await sendOnce(deps, { ...input, leftMilliseconds });
  const most = Math.min(outgoing.options?.redirects?.most ?? 0, farthest);
  if (most === 0 || !isRedirect(answer.status)) return { ...answer, strange: false, done: false };
  const rules = rulesOf(deps, input);
  let hop = startOf(deps, input);
  let followed = 0;
  let done = false;
  for (; followed < most; followed += 1) {
    const next = nextHop(hop, answer, rules);
    if (!next) break;
    await discard(answer);
    done ||= !harmless(outgoing) && leadsToOutcome(hop, next, answer.status);
    answer = await sendHop(deps, input, next).catch((error: unknown) => {
      throw done ? received(error) : error;
    });
    hop = next;
  }
  const told = followed > 0 && !rules.holds(hop.url.href);
  return { ...answer, url: told ? hop.url.href : undefined, strange: hop.strange, done };
};
