import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import { AppError } from '#shared/errors.ts';
import { world, type World } from '../support/deps.ts';
import { actor, keyedAuth, tokenService } from '../support/nouns.ts';

const { outside } = z
  .object({ outside: z.array(z.string()) })
  .parse(JSON.parse(readFileSync(new URL('../shared/domain/proxy/escapes.json', import.meta.url), 'utf8')));

const api = 'https://api.keyed.example';

const header = [{ in: 'header', name: 'X-Api-Key', value: '{{api_key}}' }];

/** How services write their base URL and where their key goes, and below what every call must stay. */
const templates: readonly (readonly [baseUrl: string, root: string, apply: readonly object[]])[] = [
  [`${api}/v2`, '/v2', header],
  [`${api}/v2/`, '/v2', header],
  [`${api}/v2?tenant=7`, '/v2', header],
  [`${api}/v2/{{account}}`, '/v2/acme', header],
  [`${api}/v2/{{account}}/x;y=z`, '/v2/acme/x;y=z', header],
  ['https://{{host}}.keyed.example/v2', '/v2', header],
  [`${api}/v2%20a/b`, '/v2%20a/b', header],
  [`${api}/v2/{account}`, '/v2/acme', [{ in: 'path', name: 'account', value: '{{account}}' }]],
  [`${api}/v2`, '/v2', [{ in: 'query', name: 'key', value: '{{api_key}}' }]],
  [`${api}/v2`, '/v2', [{ in: 'path', name: '..', value: '{{api_key}}' }]],
];

/** Where the most credulous server ends up: it decodes as often as it can, and resolves then. */
const resolved = (path: string): string => {
  let decoded = path
    .replace(/%u00/gi, '%')
    .replace(/%(?:c0%a|e0%80%a|f0%80%80%a)([ef])/gi, '%2$1')
    .replace(/%c1%9c/gi, '%5c');
  for (let before = ''; before !== decoded;) {
    before = decoded;
    decoded = decoded.replace(/%([\da-f]{2})/gi, (_, code: string) =>
      String.fromCharCode(parseInt(code, 16)),
    );
  }
  const parts: string[] = [];
  for (const part of decoded.replace(/[\t\r\n]/g, '').split(/[/\\]/)) {
    const [name = ''] = part.split(/[;\0]/);
    if (name === '..') parts.pop();
    else if (name !== '.' && name !== '') parts.push(name);
  }
  return `/${parts.join('/')}/`;
};

let w: World;
beforeEach(async () => {
  w = await world();
});

const fields = [{ key: 'account' }, { key: 'host' }, { key: 'api_key', secret: true }];
const given = { account: 'acme', host: 'api', api_key: 'the-api-key' };

describe('paths that lead out of the base URL', () => {
  it('are at least eighty', () => {
    expect(new Set(outside).size).toBeGreaterThanOrEqual(80);
  });

  it.each(templates)(
    'never get there from %s, below %s',
    async (baseUrl, root, apply) => {
      const service = await tokenService(w, { baseUrl, fields, apply });
      const { id: authId } = await keyedAuth(w, service, given);
      const filled = baseUrl.replace(/\{\{(\w+)\}\}/g, (_, key: string) => given[key as keyof typeof given]);
      const call = (more: object) =>
        proxyCall(w.deps, {
          actor: actor(w),
          authId,
          method: 'GET',
          path: '',
          query: '',
          headers: [],
          body: undefined,
          ...more,
        }).catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
        });
      const whole = (filled.split('?')[0] ?? '').replace(/\/$/, '');
      for (const path of outside) {
        await call({ path });
        await call({ url: `${whole}${path}` });
      }
      await call({ path: '/me' });
      await call({ url: `${whole}/me` });
      expect(w.http.requests.length).toBeGreaterThanOrEqual(2);
      const below = resolved(root);
      const escaped = w.http.requests.filter(({ url }) => {
        const { origin, pathname, username, hash } = new URL(url);
        const stays = `${pathname}/`.startsWith(`${root}/`) && resolved(pathname).startsWith(below);
        return origin !== api || !stays || username !== '' || hash !== '';
      });
      expect(escaped).toEqual([]);
    },
    60_000,
  );
});
