import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { cursorOf } from '#shared/domain/paging.ts';
import { bare } from '#shared/ids.ts';
import type { Route } from '#shared/entry/route.ts';
import { routes } from '#functions/routes.ts';
import { call, type Answered } from '../../support/api.ts';
import { passing, world, type World } from '../../support/deps.ts';
import { countingTokens } from '../../support/nouns.ts';
import { capturedOutput } from '../../support/output.ts';
import { recorded, type Asked } from './recorder.ts';
import { rows, type Row } from './rows.ts';
import { anotherOrganization, tenant, type Tenant } from './tenant.ts';

/** What is the other organization's bears this word. */
const word = 'planted';

let w: World;
let mine: Tenant;
let theirs: Tenant;
let output: ReturnType<typeof capturedOutput>;

beforeAll(async () => {
  w = await world();
  output = capturedOutput();
  w.http.answers(countingTokens());
  mine = await tenant(w, 'own');
  theirs = await tenant(await anotherOrganization(w), word);
});
afterAll(() => output.stop());

type Ids = Tenant['ids'];

/** For every id one that nobody has. */
const nobodys = (ids: Ids): Ids =>
  Object.fromEntries(
    Object.entries(ids).map(([name, id]) => [name, id.replace(/[0-9a-z]{26}$/, '7'.repeat(26))]),
  );

/** What differs between any two calls, and is no telling of whose an id is. */
const plain = (text: string): string =>
  text
    .replace(/\b([a-z]+)_[0-9a-z]{26}/g, '$1_…')
    .replace(/\b[0-9a-z]{26}\b/g, '…')
    .replace(/[0-9a-z]{52}/g, '…')
    .replace(/whsec_[\w+/=]+/g, 'whsec_…')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time')
    .replace(/-\d+/g, '-n');

interface Seen {
  readonly answered: Answered;
  readonly asked: readonly Asked[];
  readonly owners: readonly string[];
}

interface Sending {
  readonly noun: string;
  readonly route: Route;
  readonly path: string;
  readonly body?: unknown;
  readonly query?: string | undefined;
}

const withoutBody = (route: Route) => route.request.body.safeParse(undefined).success;

/** Calls a route with the key of our own organization, in a process that remembers nothing. */
const send = async ({ noun, route, path, query, ...rest }: Sending): Promise<Seen> => {
  const { deps, asked, owners } = recorded(w.deps);
  provide(deps);
  const { handler } = (await import(`#functions/${noun}/lambda.ts`)) as { handler: unknown };
  const method = route.method === 'ANY' ? 'GET' : route.method;
  const body = 'body' in rest ? rest.body : withoutBody(route) ? undefined : route.example;
  const sent = {
    method,
    path,
    ...(query !== undefined && { query }),
    ...(method !== 'GET' && body !== undefined && { body }),
    headers: { authorization: `Bearer ${mine.key}` },
  };
  const answered = await passing(w.clock, call(handler, sent), 1000);
  return { answered, asked: [...asked], owners: [...owners] };
};

/** What an outsider can see of an answer. */
const visible = ({ answered }: Seen) => {
  const { status, headers, text } = answered;
  const shown = Object.entries(headers).filter(
    ([name]) => !/^(date|x-request-id|x-latchkey-duration)$/i.test(name),
  );
  return { status, headers: plain(JSON.stringify(shown.sort())), text: plain(text) };
};

/** How long it takes, as far as the store tells it: the same acts on the same kinds of items. */
const effort = ({ asked, owners }: Seen) => [
  ...asked.map(({ act, collection }) => `${act} ${collection}`),
  ...owners.map(() => 'vault'),
];

/** Kinds of items that are found without knowing whose they are, and why. */
const ofNobody: Readonly<Record<string, string>> = {
  connect_state: 'A provider sends back the state alone: 256 bits of chance, kept as a hash, used once.',
};

const expectOurs = ({ asked, owners }: Seen) => {
  const own = `ORG#${mine.organizationId}`;
  const strange = asked.filter(
    ({ collection, partition }) =>
      ofNobody[collection] === undefined && partition !== own && !partition.startsWith(`${own}#`),
  );
  expect(strange).toEqual([]);
  expect(owners.filter((owner) => owner !== mine.organizationId)).toEqual([]);
};

const parametersOf = (path: string) => [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name!);

/** What parameters are that name no stored thing. */
const words: Readonly<Record<string, string>> = {
  path: 'me',
  name: 'gitlab',
  token: 'x',
  environment: 'sandbox',
};

const pathWith = (route: Route, ids: Ids) =>
  route.path.replace(/\{(\w+)\+?\}/g, (_, name: string) => {
    const id = ids[name] ?? (route.name === 'getLifetimeProfile' ? 'google' : words[name]);
    if (id === undefined) throw new Error(`tenant.ts makes no ${name}, which ${route.name} asks for.`);
    return id;
  });

/** Every way to put somebody else's ids into a path: each one alone, and all at once. */
const swaps = (route: Route): readonly (readonly string[])[] => {
  const names = parametersOf(route.path).filter(
    (name) => name in mine.ids && mine.ids[name] !== theirs.ids[name],
  );
  return names.length > 1 ? [...names.map((name) => [name]), names] : names.map((name) => [name]);
};
const swapped = (names: readonly string[], others: Ids): Ids => ({
  ...mine.ids,
  ...Object.fromEntries(names.map((name) => [name, others[name]!])),
});

const cases = routes.map(({ noun, route }) => [route.name, { noun, route, row: rows[route.name] }] as const);
const known = cases.filter(([, { route }]) => route.needs !== 'nobody');
const rowOf = ({ row }: { readonly row: Row | undefined }): Row => row ?? {};

describe('two organizations in one deployment', () => {
  it('every route has an entry here', () => {
    expect(cases.filter(([, { row }]) => row === undefined).map(([name]) => name)).toEqual([]);
    const names = new Set(cases.map(([name]) => name));
    expect(Object.keys(rows).filter((name) => !names.has(name))).toEqual([]);
  });

  it.each(known)(
    '%s: called for what is ours, it works, asks for nothing of theirs and shows nothing',
    async (_, one) => {
      const { noun, route } = one;
      const row = rowOf(one);
      if (row.ends) return;
      const seen = await send({ noun, route, path: pathWith(route, mine.ids), ...row.works?.(mine.ids) });
      const { status, text } = seen.answered;
      expect({ text, works: status < 400 || status === row.otherwise }).toEqual({ text, works: true });
      expect(text).not.toContain(word);
      expectOurs(seen);
    },
  );

  it.each(known.filter(([, { route }]) => parametersOf(route.path).length > 0))(
    '%s: an id of theirs in the path answers as one that nobody has, with as much effort',
    async (_, one) => {
      const { noun, route } = one;
      for (const names of swaps(route)) {
        const asks = rowOf(one).works?.(mine.ids);
        const at = (others: Ids) => pathWith(route, swapped(names, others));
        const foreign = await send({ noun, route, path: at(theirs.ids), ...asks });
        const none = await send({ noun, route, path: at(nobodys(theirs.ids)), ...asks });
        expect({ names, status: foreign.answered.status }).toEqual({ names, status: 404 });
        expect(visible(foreign)).toEqual(visible(none));
        expect(effort(foreign)).toEqual(effort(none));
        expect(foreign.answered.text).not.toContain(word);
        expectOurs(foreign);
      }
    },
  );

  it.each(known.filter(([, { row }]) => row?.names))(
    '%s: an id of theirs in what is sent answers as one that nobody has, with as much effort',
    async (_, one) => {
      const { noun, route } = one;
      const path = pathWith(route, mine.ids);
      for (const { status, ask } of rowOf(one).names?.(mine.ids) ?? []) {
        const foreign = await send({ noun, route, path, ...ask(theirs.ids) });
        const none = await send({ noun, route, path, ...ask(nobodys(theirs.ids)) });
        expect({ status: foreign.answered.status, text: foreign.answered.text }).toMatchObject({ status });
        expect(visible(foreign)).toEqual(visible(none));
        expect(effort(foreign)).toEqual(effort(none));
        expect(foreign.answered.text).not.toContain(word);
        expectOurs(foreign);
      }
    },
  );

  it('a service is not found by its name in another organization either', async () => {
    const { noun, route } = cases.find(([name]) => name === 'createAuth')![1];
    const path = pathWith(route, mine.ids);
    const by = (serviceId: string) => send({ noun, route, path, body: { serviceId, name: 'x', fields: {} } });
    const [foreign, none] = [await by(`${word} keyed`), await by('nobody keyed')];
    expect(foreign.answered.status).toBe(404);
    expect(visible(foreign)).toEqual(visible(none));
    expect(effort(foreign)).toEqual(effort(none));
  });

  it('a cursor of one is worth nothing to the other: it opens no list but the caller’s own', async () => {
    const lists = known.filter(
      ([, { route }]) =>
        route.method === 'GET' && route.request.query.safeParse({ cursor: 'bmV4dA' }).success,
    );
    for (const [, { noun, route }] of lists) {
      const path = pathWith(route, mine.ids);
      for (const collection of [
        'service',
        'auth',
        'workspace',
        'key',
        'umbrella',
        'subscription',
        'delivery',
      ]) {
        const place = theirs.ids[`${collection}Id`] ?? '';
        const cursor = cursorOf(collection, place) ?? '';
        const seen = await send({ noun, route, path, query: `cursor=${cursor}` });
        expect(seen.answered.text).not.toContain(word);
        expectOurs(seen);
      }
    }
  });

  it('a key with the organization exchanged is no key, of theirs and of nobody alike', async () => {
    const { noun, route } = cases.find(([name]) => name === 'listKeys')![1];
    const [, , id, token] = theirs.key.split('_');
    const { handler } = (await import(`#functions/${noun}/lambda.ts`)) as { handler: unknown };
    provide(w.deps);
    const by = (key: string) =>
      call(handler, { method: 'GET', path: route.path, headers: { authorization: `Bearer ${key}` } });
    const forged = await by(`lk_${bare(mine.organizationId)}_${id!}_${token!}`);
    const none = await by(`lk_${bare(mine.organizationId)}_${'7'.repeat(26)}_${token!}`);
    expect(forged.status).toBe(401);
    expect(plain(forged.text)).toBe(plain(none.text));
  });

  it('a link with the organization exchanged is no link', async () => {
    const { handler } = (await import('#functions/connect/lambda.ts')) as { handler: unknown };
    provide(w.deps);
    const [, session, token] = theirs.link.split('_');
    const open = (link: string) => call(handler, { method: 'GET', path: `/connect/${link}` });
    expect((await open(theirs.link)).status).toBe(303);
    const forged = await open([bare(mine.organizationId), session, token].join('_'));
    const none = await open([bare(mine.organizationId), '7'.repeat(26), token].join('_'));
    expect(forged.status).toBe(none.status);
    expect(forged.status).toBeGreaterThanOrEqual(400);
    expect(plain(forged.text)).toBe(plain(none.text));
  });

  it('an Idempotency-Key of one repeats nothing to the other', async () => {
    const { handler } = (await import('#functions/umbrellas/lambda.ts')) as { handler: unknown };
    provide(w.deps);
    const make = (key: string) =>
      call(handler, {
        method: 'POST',
        path: '/v1/umbrellas',
        body: { name: 'The same' },
        headers: { authorization: `Bearer ${key}`, 'idempotency-key': 'the-same' },
      });
    const [one, other] = [await make(theirs.key), await make(mine.key)];
    expect([one.status, other.status]).toEqual([201, 201]);
    expect(other.json['id']).not.toBe(one.json['id']);
    expect(other.headers).not.toHaveProperty('idempotent-replayed');
  });

  it('nothing of all this has named them in the log', () => {
    expect(output.text()).not.toContain(word);
  });
});
