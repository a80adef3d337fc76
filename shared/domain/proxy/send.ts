import { AppError } from '../../errors.ts';
import { EgressRefused, HttpFailure, type Deps, type IncomingResponse } from '../../ports.ts';
import {
  applyCredential,
  bearer,
  UnusableCredential,
  type AppliedCredential,
} from '../../protocols/apply.ts';
import { UnfilledPlaceholder } from '../../template.ts';
import type { Auth } from '../auths/auth.ts';
import { loadCredential, openCredential, type OpenCredential } from '../auths/credential.ts';
import { memory } from '../memory.ts';
import type { Service } from '../services/service.ts';
import { onwardHeaders } from './headers.ts';
import { targetUrl } from './target.ts';

/** What a caller wants sent. */
export interface Outgoing {
  readonly method: string;
  /** What stands behind the auth's id in the path, as sent. */
  readonly path: string;
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

const timeout = 25_000;

/** A version never changes, so what was opened once can be used until the auth points elsewhere or the definition changes. */
const opened = memory<OpenCredential>(3_600_000);

const credentialOf = (deps: Deps, auth: Auth, service: Service): Promise<OpenCredential> =>
  opened.recall(deps, `${auth.id}/${auth.credential.version}/${String(service.version)}`, async () => {
    const kept = await loadCredential(deps, auth, auth.credential.version);
    const open = kept && openCredential(kept, service);
    if (!open)
      throw new AppError(
        502,
        'credential_unreadable',
        'The credential of this auth does not fit its service any more. Connect again.',
      );
    return open;
  });

const applied = ({ definition }: Service, { values }: OpenCredential): AppliedCredential => {
  try {
    return applyCredential(definition.apply ?? [bearer], values);
  } catch (error) {
    if (!(error instanceof UnfilledPlaceholder) && !(error instanceof UnusableCredential)) throw error;
    throw new AppError(502, 'credential_unreadable', `${error.message} Check the service, or connect again.`);
  }
};

/** The credential's parameters replace those that the caller sent under the same names; all else keeps place and bytes. */
const withQuery = (url: URL, { query }: AppliedCredential): string => {
  if (query.length === 0) return url.href;
  const names = new Set(query.map(([name]) => name));
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && ![...new URLSearchParams(part).keys()].some((name) => names.has(name)));
  url.search = [
    ...kept,
    new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString(),
  ].join('&');
  return url.href;
};

const unreachable = (error: unknown): never => {
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

interface SendInput {
  readonly auth: Auth;
  readonly service: Service;
  readonly outgoing: Outgoing;
}

/** Sends a caller's request with the credential of an auth, once. Rejects with 422, 403, 502 or 504. */
export const sendWithCredential = async (
  deps: Deps,
  { auth, service, outgoing }: SendInput,
): Promise<IncomingResponse> => {
  const { method, path, query, body, signal } = outgoing;
  const credential = await credentialOf(deps, auth, service);
  const parts = applied(service, credential);
  const { baseUrl } = service.definition;
  const url = targetUrl({ baseUrl, fields: credential.fields, path, query });
  const headers = onwardHeaders(outgoing.headers, parts.headers);
  const request = { method, url: withQuery(url, parts), headers, body, timeoutMilliseconds: timeout, signal };
  return deps.http.send(request).catch(unreachable);
};
