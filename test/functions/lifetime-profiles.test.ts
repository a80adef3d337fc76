import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { lifetimeProfile, lifetimeProfiles } from '#shared/lifetimes/profiles.ts';
import { handler } from '#functions/catalogue/lambda.ts';
import { call } from '../support/api.ts';
import { world } from '../support/deps.ts';
import { capturedOutput } from '../support/output.ts';

let authorization = '';
let output: ReturnType<typeof capturedOutput>;

beforeEach(async () => {
  output = capturedOutput();
  const { deps, organizationId } = await world();
  provide(deps);
  authorization = `Bearer ${(await firstKey(deps, organizationId)).reveal()}`;
});

afterEach(() => {
  output.stop();
});

const get = (path: string, query = '') =>
  call(handler, { method: 'GET', path: `/v1/lifetime-profiles${path}`, query, headers: { authorization } });

describe('the lifetime profiles', () => {
  it('page through all, each once, whole, and in the order of their names', async () => {
    const found: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { status, json } = await get('', cursor === '' ? 'limit=7' : `limit=7&cursor=${cursor}`);
      expect(status).toBe(200);
      found.push(...(json['items'] as readonly unknown[]));
      cursor = json['nextCursor'] as string | null;
    }
    expect(found).toEqual(lifetimeProfiles());
  });

  it('show one with its clocks, how sure each is and who says so', async () => {
    const { status, json } = await get('/quickbooks');
    expect(status).toBe(200);
    expect(json).toEqual(lifetimeProfile('quickbooks'));
    expect(json['clocks']).toMatchObject([
      { clock: 'idle', seconds: 8_640_000, confidence: 'provider', source: expect.any(String) },
      { clock: 'absolute', seconds: 157_680_000, confidence: 'provider' },
    ]);
  });

  it('answer 404 for a name that there is none of, with the way to those that there are', async () => {
    const { status, error } = await get('/acme');
    expect(status).toBe(404);
    expect(error.code).toBe('lifetime_profile_not_found');
    expect(error.message).toContain('GET /v1/lifetime-profiles');
  });

  it('are for callers who are known', async () => {
    expect((await call(handler, { method: 'GET', path: '/v1/lifetime-profiles' })).status).toBe(401);
  });
});
