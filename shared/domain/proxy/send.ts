import { AppError, invalid } from '../../errors.ts';
import { EgressRefused, HttpFailure, type Deps, type IncomingResponse } from '../../ports.ts';
import { applyCredential, bearer } from '../../protocols/apply.ts';
import { withHeaders } from '../../protocols/apply/headers.ts';
import { fitsHeader } from '../../protocols/header-value.ts';
import { sendableMethod } from '../../protocols/http-token.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { Ground } from '../../protocols/protocol.ts';
import { isUnusable, UnusableRequest } from '../../protocols/unusable.ts';
import { groundOf, type OpenCredential } from '../auths/credential.ts';
import type { ServiceInUse } from '../services/current.ts';
import type { Secrets } from '../services/secrets.ts';
import type { Body } from '../whole-body.ts';
import { onwardHeaders } from './headers.ts';
import type { CallOptions } from './options.ts';
import type { Reach } from './reach.ts';
import { repeatable } from './repeatable.ts';
import { hopUrl, targetUrl, type Called } from './target.ts';

/** What a caller wants sent. */
export interface Outgoing extends Called {
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  /** One that streams can be sent once only (`repeatable`). */
  readonly body: Body;
  readonly signal?: AbortSignal | undefined;
  readonly options?: CallOptions | undefined;
}

/** How long an answer is waited for when the call does not say: what the API can wait (30 seconds), and some to tell of it. */
const defaultTimeout = 25_000;

/** How long a call may take from sending to the last header of its answer, all tries and hops together. Milliseconds. */
export const patienceOf = ({ options }: Pick<Outgoing, 'options'>): number =>
  options?.timeoutMilliseconds ?? defaultTimeout;

/** Says by which error of ours a call ends that got no answer. */
export const unreachable = (error: unknown, timeout: number): never => {
  if (error instanceof EgressRefused) {
    throw new AppError(
      403,
      'address_refused',
      'The service points to an address that must not be called from here.',
    );
  }
  if (!(error instanceof HttpFailure)) throw error;
  if (error.reason === 'timeout') {
    throw new AppError(
      504,
      'upstream_timeout',
      `The service did not answer within ${String(timeout / 1000)} seconds.`,
    );
  }
  throw new AppError(502, 'upstream_unreachable', `The service could not be reached (${error.reason}).`);
};

/** A credential ready to be put on calls: opened, and the secrets of its service. */
export interface ReadyCredential {
  readonly opened: OpenCredential;
  readonly secrets: Secrets;
}

const optionalKeys = ({ definition }: ServiceInUse): ReadonlySet<string> =>
  new Set(definition.fields.filter(({ required }) => !required).map(({ key }) => key));

interface PlaceInput {
  readonly service: ServiceInUse;
  readonly ground: Ground;
  readonly outgoing: Outgoing;
  readonly hop: URL | undefined;
}

/** Where the credential of a ground may go to. */
export const reachOf = (
  { settings }: Pick<Deps, 'settings'>,
  service: ServiceInUse,
  ground: Ground,
): Reach => {
  const { baseUrl, hosts } = service.definition;
  const closed = Object.keys(ground.secrets).some((name) => name.startsWith('secrets.'));
  return { baseUrl, hosts, values: ground.values, plainHttp: settings.plainHttp, closed };
};

/** What no request can carry is told as that; the way out, which refuses it too, would speak of addresses. */
const demandSendable = ({ method, headers }: Outgoing): void => {
  if (!sendableMethod(method))
    throw new UnusableRequest(
      'This method is not sent: TRACE and CONNECT are not, nor is what is no method.',
    );
  if (!headers.every(([, value]) => fitsHeader(value)))
    throw new UnusableRequest('A header holds characters that HTTP does not carry (RFC 9110 §5.5).');
};

/** The request as it leaves: below the base URL, with the credential on it, signed where the type signs. */
const place = async (deps: Pick<Deps, 'settings'>, { service, ground, outgoing, hop }: PlaceInput) => {
  demandSendable(outgoing);
  const { apply, auth } = service.definition;
  const { method } = outgoing;
  const reach = reachOf(deps, service, ground);
  const url = hop ? hopUrl(reach, hop) : targetUrl(reach, outgoing);
  const { sign } = protocolOf(auth);
  const rules = apply ?? (sign ? [] : [bearer]);
  const optional = optionalKeys(service);
  const whole = repeatable(outgoing.body) ? outgoing.body : undefined;
  const request = { method, url, headers: onwardHeaders(outgoing.headers), body: whole };
  const placed = applyCredential(rules, ground.values, request, { optional });
  // Where the credential goes into the body, it was gathered before.
  if (!repeatable(outgoing.body)) return { ...placed, body: outgoing.body };
  if (!sign) return placed;
  const { headers, ...signed } = await sign({ ...placed, ground });
  return { ...withHeaders(placed, headers), ...signed };
};

/** A caller's request that does not fit is the caller's to mend; a credential that does not fit is the service's. */
const unplaceable = (error: unknown): never => {
  if (error instanceof UnusableRequest) throw invalid('unusable_request', error.message);
  if (!isUnusable(error)) throw error;
  throw new AppError(502, 'credential_unreadable', `${error.message} Check the service, or connect again.`);
};

/** A caller's request, and the credential that it is sent with. */
export interface SendInput {
  readonly service: ServiceInUse;
  readonly ready: ReadyCredential;
  readonly outgoing: Outgoing;
}

interface TryInput extends SendInput {
  /** Where a redirect leads, instead of what the caller called. */
  readonly hop?: URL | undefined;
  /** What is left of the call's time, where it is not the first that is sent. Milliseconds. */
  readonly leftMilliseconds?: number | undefined;
}

/** Sends a caller's request with a credential, once. Rejects with 422 or 502 before anything leaves, then as the `Http` port does. */
export const sendOnce = async (
  deps: Deps,
  { service, ready, outgoing, hop, leftMilliseconds = patienceOf(outgoing) }: TryInput,
): Promise<IncomingResponse> => {
  const ground = groundOf(deps, { service, values: ready.opened.values, secrets: ready.secrets });
  const placed = await place(deps, { service, ground, outgoing, hop }).catch(unplaceable);
  const { method, url, headers, body } = placed;
  return deps.http.send({
    method,
    url: url.href,
    headers,
    body,
    timeoutMilliseconds: leftMilliseconds,
    signal: outgoing.signal,
  });
};

/** The URL that a request asks, before the credential is put on it. Rejects with 422. */
export const calledUrl = (
  deps: Pick<Deps, 'settings' | 'clock' | 'random'>,
  { service, ready, outgoing }: SendInput,
): URL => {
  const ground = groundOf(deps, { service, values: ready.opened.values, secrets: ready.secrets });
  return targetUrl(reachOf(deps, service, ground), outgoing);
};

/** The same without redirects or another try, and with errors for people. Rejects with 422, 403, 502 or 504. */
export const sendWithCredential = (deps: Deps, input: SendInput): Promise<IncomingResponse> =>
  sendOnce(deps, input).catch((error: unknown) => unreachable(error, patienceOf(input.outgoing)));
