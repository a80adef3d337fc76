import { proxyCall } from '#shared/domain/proxy/call.ts';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { HostPattern } from '#shared/protocols/url-template.ts';
import { actor } from '../support/nouns.ts';
import type { Stage } from './stage.ts';

/** One kind of URL that the product takes, and what a caller does to have it called. */
export interface UrlKind {
  readonly name: string;
  readonly attempt: (stage: Stage, url: string) => Promise<unknown>;
}

/** Makes a call with an auth. */
export const called = (s: Stage, { id: authId }: Pick<Auth, 'id'>, more: object = {}) =>
  proxyCall(s.deps, {
    actor: actor(s),
    authId,
    method: 'GET',
    path: '/me',
    query: '',
    headers: [],
    body: undefined,
    ...more,
  });

/** The host as a service may list it, where it can be listed at all. */
export const listing = (url: string): string[] => {
  const host = URL.parse(url)?.host ?? '';
  return HostPattern.safeParse(host).success ? [host] : [];
};
