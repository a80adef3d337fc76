import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { showAuth } from '#shared/domain/auths/view.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { openConnect } from '#shared/domain/connect/open.ts';
import { submitConnect } from '#shared/domain/connect/submit.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { hour, world, type World } from '../../../support/deps.ts';
import {
  authNow,
  callback,
  countingTokens,
  oauth2Service,
  opened,
  redirectUri,
} from '../../../support/nouns.ts';

let w: World;
let service: Service;
beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
  service = await oauth2Service(w, {
    auth: {
      scopes: ['read'],
      optionalScopes: [
        { scope: 'write', title: 'Change things' },
        { scope: 'admin', chosen: false },
      ],
    },
  });
});

const begin = (input: Record<string, unknown> = {}) => opened(w, { serviceId: service.id, ...input });
const scopeOf = (url: URL | undefined) => url?.searchParams.get('scope');
const connect = async (state: string) => {
  const done = await completeConnect(w.deps, { query: callback(state), redirectUri });
  if (done.kind !== 'concluded') throw new Error(done.kind);
  return authNow(w, done.session.authId);
};
const submit = async (link: string, scopes: readonly string[]) => {
  const next = await submitConnect(w.deps, link, { fields: {}, scopes });
  return next.kind === 'provider' ? next.url : undefined;
};

describe('optional scopes', () => {
  it('are offered to the person, ticked as the service says', async () => {
    expect((await begin()).page).toMatchObject({
      kind: 'form',
      fields: [],
      scopes: [
        { scope: 'write', title: 'Change things', chosen: true },
        { scope: 'admin', title: 'admin', chosen: false },
      ],
    });
  });

  it('are asked for as the person chose, and nothing that the service does not offer', async () => {
    const { link } = await begin();
    expect(scopeOf(await submit(link, ['admin', 'root', 'admin']))).toBe('read admin');
  });

  it('may all be left out', async () => {
    const { link } = await begin();
    expect(scopeOf(await submit(link, []))).toBe('read');
    const page = await openConnect(w.deps, link);
    expect(page.kind === 'provider' && scopeOf(page.url)).toBe('read');
  });

  it('that the platform chose are not offered any more', async () => {
    const { page, provider } = await begin({ optionalScopes: ['admin'] });
    expect(page.kind).toBe('provider');
    expect(scopeOf(provider)).toBe('read admin');
    expect(scopeOf((await begin({ optionalScopes: [] })).provider)).toBe('read');
  });

  it('that the service does not have are refused, each by its place', async () => {
    await expect(begin({ optionalScopes: ['write', 'root'] })).rejects.toMatchObject({
      status: 422,
      code: 'invalid_scopes',
      details: [{ path: 'body.optionalScopes.1' }],
    });
  });
});

describe('the scopes of an auth', () => {
  it.each<[string, string | undefined, string[], string[]]>([
    ['all that were asked for where the provider tells none', undefined, ['read', 'write'], []],
    ['those that the provider told', 'read', ['read'], ['write']],
    ['those that the provider told, also more', 'write read extra', ['write', 'read', 'extra'], []],
  ])('are %s', async (_, scope, scopes, missing) => {
    w.http.answers(countingTokens({ scope }));
    const { provider } = await begin({ optionalScopes: ['write'] });
    const auth = await connect(provider?.searchParams.get('state') ?? '');
    const shown = showAuth(auth, null);
    expect([...(shown.scopes ?? [])].toSorted()).toEqual([...scopes].toSorted());
    expect(shown.missingScopes).toEqual(missing);
  });

  it('follow what a renewal tells', async () => {
    w.http.answers(countingTokens({ scope: 'read write' }));
    const { provider } = await begin({ optionalScopes: ['write'] });
    const { id } = await connect(provider?.searchParams.get('state') ?? '');
    w.http.answers(countingTokens({ scope: 'read' }));
    await w.clock.advance(hour);
    const renewed = await freshCredential(w.deps, { organizationId: w.organizationId, authId: id });
    expect(showAuth(renewed, null)).toMatchObject({ scopes: ['read'], missingScopes: ['write'] });
  });
});
