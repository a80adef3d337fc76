import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { catalogueEntries } from '#shared/catalogue/entries.ts';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { handler } from '#functions/catalogue/lambda.ts';
import { call } from '../support/api.ts';
import { world } from '../support/deps.ts';
import { capturedOutput } from '../support/output.ts';

interface Item {
  readonly name: string;
  readonly type: string;
}

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
  call(handler, { method: 'GET', path, query, headers: { authorization } });

const items = async (query: string): Promise<readonly Item[]> => {
  const { status, json } = await get('/v1/catalogue', query);
  expect(status).toBe(200);
  return json['items'] as readonly Item[];
};

describe('the catalogue', () => {
  it('lists what one needs to choose an entry', async () => {
    const { json } = await get('/v1/catalogue', 'q=slack');
    expect(json).toEqual({
      items: [
        expect.objectContaining({
          kind: 'built_in',
          name: 'slack',
          title: 'Slack (bot)',
          type: 'oauth2',
          grant: 'authorization_code',
          icon: null,
          needs: ['clientId', 'clientSecret'],
        }),
        expect.objectContaining({ name: 'slack-user' }),
      ],
      nextCursor: null,
    });
  });

  it('finds part of a title in any case, and entries of one type', async () => {
    expect((await items('q=QUICKBOOKS+online')).map(({ name }) => name)).toEqual(['quickbooks']);
    expect(new Set((await items('type=login')).map(({ type }) => type))).toEqual(new Set(['login']));
    expect(await items('q=no-such-provider')).toEqual([]);
  });

  it('pages through all entries, each once and in the order of their names', async () => {
    const names: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const answered = await get('/v1/catalogue', cursor === '' ? 'limit=7' : `limit=7&cursor=${cursor}`);
      names.push(...(answered.json['items'] as readonly Item[]).map(({ name }) => name));
      cursor = answered.json['nextCursor'] as string | null;
    }
    expect(names).toEqual(catalogueEntries().map(({ name }) => name));
  });

  it('refuses a type that there is none of', async () => {
    const { status, error } = await get('/v1/catalogue', 'type=oauth3');
    expect(status).toBe(400);
    expect(error.details).toMatchObject([{ path: 'query.type' }]);
  });

  it.each(catalogueEntries().map((entry) => [entry.name, entry] as const))(
    'shows %s whole, its service document as it is shipped',
    async (name, entry) => {
      const { status, json } = await get(`/v1/catalogue/${name}`);
      expect(status).toBe(200);
      expect(json).toMatchObject({ kind: 'built_in', ...entry });
    },
  );

  it('answers 404 for a name that it has not, with the way to those that it has', async () => {
    const { status, error } = await get('/v1/catalogue/no-such-provider');
    expect(status).toBe(404);
    expect(error.code).toBe('catalogue_entry_not_found');
    expect(error.message).toContain('GET /v1/catalogue');
  });

  it('is for callers who are known', async () => {
    const answered = await call(handler, { method: 'GET', path: '/v1/catalogue' });
    expect(answered.status).toBe(401);
  });
});
