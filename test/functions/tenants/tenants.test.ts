import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { placeBefore } from '#shared/domain/history/time.ts';
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
  // Not of the first organization, whose owners see the others; that is theirs here.
  mine = await tenant(await anotherOrganization(w), 'own');
  theirs = await tenant(w, word);
});
afterAll(() => output.stop());

type Ids = Tenant['ids'];

const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** For every id one that nobody has. */
const nobodys = (ids: Ids): Ids =>
  Object.fromEntries(
    // Each another one, so that none is known from a call before.
    Object.entries(ids).map(([name, id], index) => [
      name,
      id.replace(/[0-9a-z]{26}$/, digits[index]!.repeat(26)).replace(word, 'nobody'),
    ]),
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
  const text = rows[route.name]?.endUser ? mine.session : mine.key;
  const sent = {
    method,
    path,
    ...(query !== undefined && { query }),
    ...(method !== 'GET' && body !== undefined && { body }),
    headers: { authorization: `Bearer ${text}` },
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
  deployment: 'Which organization the deployment began with: the same for all who ask.',
  connect_state: 'A provider sends back the state alone: 256 bits of chance, kept as a hash, used once.',
};

const expectOurs = ({ asked, owners }: Seen) => {
  const own = `ORG#${mine.organizationId}`;
  const strange = asked.filter(
    ({ act, collection, partition }) =>
      ofNobody[collection] === undefined &&
      partition !== own &&
      !partition.startsWith(`${own}#`) &&
      // With the own organization its line in the list of the deployment is written.
      !(collection === 'organization' && partition === 'ORGANIZATIONS' && act !== 'list'),
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

/** The name in `Tenant.ids` of what a parameter of a path means. */
const nameIn = (route: Route, parameter: string): string => rows[route.name]?.path?.[parameter] ?? parameter;

const pathWith = (route: Route, ids: Ids) =>
  route.path.replace(/\{(\w+)\+?\}/g, (_, name: string) => {
    const id = ids[nameIn(route, name)] ?? (route.name === 'getLifetimeProfile' ? 'google' : words[name]);
    if (id === undefined) throw new Error(`tenant.ts makes no ${name}, which ${route.name} asks for.`);
    return id;
  });

/** Every way to put somebody else's ids into a path: each one alone, and all at once. */
const swaps = (route: Route): readonly (readonly string[])[] => {
  const free = rows[route.name]?.words ?? [];
  const names = parametersOf(route.path)
    .filter((parameter) => !free.includes(parameter))
    .map((parameter) => nameIn(route, parameter))
    .filter((name) => name in mine.ids && mine.ids[name] !== theirs.ids[name]);
  return names.length > 1 ? [...names.map((name) => [name]), names] : names.map((name) => [name]);
};
const swapped = (names: readonly string[], others: Ids): Ids => ({
  ...mine.ids,
  ...Object.fromEntries(names.map((name) => [name, others[name]!])),
});

/** The lists by the names in their cursors, and where in each something of theirs stands. */
const placesOf = (): readonly (readonly [string, string])[] => [
  ['service', theirs.ids['serviceId']!],
  ['legacy service', theirs.ids['legacyServiceId']!],
  ['auth', theirs.ids['authId']!],
  ['workspace', theirs.ids['workspaceId']!],
  ['key', theirs.ids['keyId']!],
  ['umbrella', theirs.ids['umbrellaId']!],
  ['subscription', theirs.ids['subscriptionId']!],
  ['delivery', theirs.ids['deliveryId']!],
  ['connector', theirs.ids['connectorId']!],
  ['solution', theirs.ids['solutionId']!],
  ['import', theirs.ids['importId']!],
  ['member', theirs.ids['userId']!],
  ['membership', theirs.ids['userId']!],
  ['end_user_session', theirs.ids['endUserSessionId']!],
  ['end_user_auth', theirs.ids['endUserId']!],
  ['workspace_removal', theirs.ids['removedId']!],
  ['organization', theirs.ids['organizationId']!],
  ['auth by end', theirs.ids['authId']!],
  ['own service', theirs.ids['serviceId']!],
  ['catalogue', theirs.ids['userId']!],
  ['lifetime-profile', theirs.ids['userId']!],
  ['digest-event', theirs.ids['deliveryId']!],
  ['auth_history', `HIST#evt_${'0'.repeat(26)}`],
  ['umbrella_record', 'STATUS#1'],
  ['counted_user', 'USER#x'],
  ['umbrella_link', `SVC#${theirs.ids['serviceId']!}#production`],
  ['end user', `${theirs.ids['endUserId']!}#~`],
  ['available service', `own\n${theirs.ids['serviceId']!}`],
  ['history', placeBefore(w.clock.now())],
  [`history/${mine.ids['workspaceId']!}`, placeBefore(w.clock.now())],
  [`history/${theirs.ids['workspaceId']!}`, placeBefore(w.clock.now())],
];

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
        const status = rowOf(one).elsewhere ?? 404;
        expect({ names, status: foreign.answered.status }).toEqual({ names, status });
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
    const openedBy = new Map<string, string[]>();
    for (const [, { noun, route }] of lists) {
      const path = pathWith(route, mine.ids);
      const statuses = new Set<number>();
      for (const [list, place] of placesOf()) {
        const cursor = cursorOf(list, place) ?? '';
        const seen = await send({ noun, route, path, query: `cursor=${cursor}` });
        statuses.add(seen.answered.status);
        if (seen.answered.status === 200)
          openedBy.set(list, [...(openedBy.get(list) ?? []), route.name.replace('export', 'list')]);
        expect(seen.answered.text).not.toContain(word);
        expectOurs(seen);
      }
      const opened = statuses.has(rows[route.name]?.otherwise ?? 200);
      expect({ list: route.name, opened }).toEqual({ list: route.name, opened: true });
    }
    // A cursor goes on in its own list alone; an export of one goes on as the list does.
    for (const [list, names] of openedBy) expect({ list, of: new Set(names).size }).toEqual({ list, of: 1 });
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

  it.each(Object.keys(rows).filter((name) => rows[name]?.ends))(
    '%s: what is ours comes to its end, and nothing of theirs is asked for',
    async (name) => {
      const { noun, route, row } = known.find(([each]) => each === name)![1];
      const seen = await send({ noun, route, path: pathWith(route, mine.ids), ...row?.works?.(mine.ids) });
      const { status, text } = seen.answered;
      expect({ text, works: status < 400 || status === row?.otherwise }).toEqual({ text, works: true });
      expect(text).not.toContain(word);
      expectOurs(seen);
    },
  );

  it('nothing of all this has named them in the log', () => {
    expect(output.text()).not.toContain(word);
  });
});
