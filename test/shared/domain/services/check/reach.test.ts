import { beforeEach, describe, expect, it } from '@jest/globals';
import { EgressRefused, HttpFailure } from '#shared/ports.ts';
import { world, type World } from '../../../../support/deps.ts';
import { oauth2Document, tokenDocument } from '../../../../support/nouns.ts';
import { answer as reply } from '../../../../support/watched.ts';
import { check, coded, pathsOf } from './checking.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

/** Everybody answers but the hosts named. */
const failing = (failures: Readonly<Record<string, Error>>) =>
  w.http.answers(({ url }) => {
    const failure = failures[new URL(url).hostname];
    return failure ? Promise.reject(failure) : reply(404);
  });

describe('endpoints', () => {
  it('are asked with HEAD, each once, without credentials, query or body', async () => {
    const document = oauth2Document({
      auth: {
        tokenUrl: 'https://acme.example/oauth/token?key=1',
        revocationUrl: 'https://acme.example/oauth/revoke',
        refresh: { url: 'https://acme.example/oauth/token' },
      },
    });
    await check(w, document);
    expect(
      w.http.requests.map(({ method, url, timeoutMilliseconds }) => [method, url, timeoutMilliseconds]),
    ).toEqual([
      ['HEAD', 'https://api.acme.example/v2', 5000],
      ['HEAD', 'https://acme.example/oauth/token', 5000],
      ['HEAD', 'https://acme.example/oauth/revoke', 5000],
      ['HEAD', 'https://acme.example/oauth/authorize', 5000],
    ]);
    for (const { headers, body } of w.http.requests) {
      expect(headers).toEqual([['accept', '*/*']]);
      expect(body).toBeUndefined();
    }
  });

  it.each([200, 401, 404, 405, 500])('that answer %i are there', async (status) => {
    w.http.answers(() => reply(status));
    expect(await check(w, oauth2Document())).toMatchObject({ ok: true, findings: [] });
  });

  it('have the bodies of their answers let go, whether they break off or never end', async () => {
    const ended: string[] = [];
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield await Promise.resolve(Buffer.from('x'));
      } finally {
        ended.push('endless');
      }
    };
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      try {
        yield await Promise.reject<Buffer>(new HttpFailure('reset', true));
      } finally {
        ended.push('broken');
      }
    };
    w.http.answers(({ url }) => reply(200, url.includes('api.') ? endless() : broken()));
    expect(await check(w, oauth2Document())).toMatchObject({ ok: true, findings: [] });
    expect(ended.toSorted()).toEqual(['broken', 'broken', 'endless']);
  });

  it.each([
    ['dns', 'DNS'],
    ['connect', 'port'],
    ['tls', 'certificate'],
    ['timeout', 'firewall'],
    ['aborted', 'firewall'],
    ['reset', 'provider'],
  ] as const)('that cannot be reached (%s) are warned of, with what to do', async (reason, remedy) => {
    failing({ 'api.acme.example': new HttpFailure(reason, false) });
    const answer = await check(w, oauth2Document());
    expect(answer.ok).toBe(true);
    expect(answer.findings).toMatchObject([{ level: 'warning', code: 'unreachable', path: 'body.baseUrl' }]);
    expect(answer.findings[0]?.message).toContain('api.acme.example');
    expect(answer.findings[0]?.remedy).toContain(remedy);
  });

  it('at addresses that must not be called are an error', async () => {
    failing({ 'acme.example': new EgressRefused() });
    const answer = await check(w, oauth2Document());
    expect(answer.ok).toBe(false);
    expect(pathsOf(answer, 'address_refused')).toEqual(['body.auth.tokenUrl', 'body.auth.authorizationUrl']);
  });

  it('are filled with defaults and fallbacks; what needs more is told as not tried', async () => {
    await check(
      w,
      tokenDocument({
        fields: [{ key: 'api_key' }, { key: 'shop', default: 'demo' }, { key: 'region', required: false }],
        baseUrl: 'https://{{shop}}.{{region|eu}}.keyed.example',
      }),
    );
    expect(w.http.requests.map(({ url }) => url)).toEqual(['https://demo.eu.keyed.example/']);
    const answer = await check(
      w,
      tokenDocument({
        fields: [{ key: 'api_key' }, { key: 'shop' }],
        baseUrl: 'https://{{shop}}.keyed.example',
      }),
    );
    expect(w.http.requests).toHaveLength(1);
    expect(coded(answer, 'not_tried')).toMatchObject([
      { level: 'info', path: 'body.baseUrl', message: expect.stringContaining('{{shop}}') },
    ]);
  });

  it('are filled with the client id of the service', async () => {
    const fields = [{ key: 'tenant', default: 'main' }];
    const auth = { clientId: 'id-of-{{tenant}}', tokenUrl: 'https://acme.example/{{client_id}}/token' };
    await check(w, oauth2Document({ fields, auth }));
    expect(w.http.to('https://acme.example/id-of-main/token')).toHaveLength(1);
  });

  it('that a default makes unusable are warned of', async () => {
    const answer = await check(
      w,
      tokenDocument({
        fields: [{ key: 'api_key' }, { key: 'shop', default: 'evil.example/#' }],
        baseUrl: 'https://{{shop}}.keyed.example',
      }),
    );
    expect(coded(answer, 'unusable_default')).toMatchObject([{ level: 'warning', path: 'body.baseUrl' }]);
    expect(w.http.requests).toEqual([]);
  });

  it('of OAuth 1 and of the steps of a login are asked too', async () => {
    await check(w, {
      name: 'Old',
      baseUrl: 'https://api.old.example',
      auth: {
        type: 'oauth1',
        grant: 'three_legged',
        acknowledgeRisk: true,
        consumerKey: 'key',
        consumerSecret: 'secret',
        requestTokenUrl: 'https://old.example/request',
        authorizationUrl: 'https://old.example/authorize',
        accessTokenUrl: 'https://old.example/access',
      },
    });
    await check(w, {
      name: 'Login',
      baseUrl: 'https://api.login.example',
      auth: { type: 'login', steps: [{ url: 'https://login.example/session' }] },
    });
    expect(w.http.requests.map(({ url }) => url)).toEqual([
      'https://api.old.example/',
      'https://old.example/request',
      'https://old.example/authorize',
      'https://old.example/access',
      'https://api.login.example/',
      'https://login.example/session',
    ]);
  });

  it('beyond ten are not asked, and told so', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `env${index}`);
    const environments = Object.fromEntries(
      names.map((name) => [name, { baseUrl: `https://${name}.keyed.example` }]),
    );
    const answer = await check(w, tokenDocument({ environments }));
    expect(w.http.requests).toHaveLength(10);
    expect(pathsOf(answer, 'not_tried')).toEqual(['body.environments.env9.baseUrl']);
  });

  it('of another environment are told below it', async () => {
    failing({ 'sandbox.keyed.example': new HttpFailure('dns', false) });
    const answer = await check(
      w,
      tokenDocument({ environments: { sandbox: { baseUrl: 'https://sandbox.keyed.example' } } }),
    );
    expect(pathsOf(answer, 'unreachable')).toEqual(['body.environments.sandbox.baseUrl']);
  });

  it('are asked all at once', async () => {
    let open = 0;
    let most = 0;
    w.http.answers(async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return reply(200);
    });
    await check(w, oauth2Document());
    expect(most).toBe(3);
  });

  it('that fail for no reason of the network are no finding: the error rises', async () => {
    failing({ 'api.acme.example': new TypeError('a fault of ours') });
    await expect(check(w, oauth2Document())).rejects.toThrow('a fault of ours');
  });
});
