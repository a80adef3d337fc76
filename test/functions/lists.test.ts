import { readdirSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { eventKinds } from '#shared/domain/events.ts';
import { newEvent } from '#shared/events.ts';
import { permissions } from '#shared/permissions.ts';
import { nouns, routes } from '#functions/routes.ts';
import { reactions, takes } from '#functions/reactions.ts';
import { schedules } from '#functions/schedules.ts';
import { call, react } from '../support/api.ts';
import { world, type World } from '../support/deps.ts';
import { capturedOutput } from '../support/output.ts';

const functions = new URL('../../functions/', import.meta.url);
const load = async (entry: string): Promise<{ handler: unknown }> =>
  (await import(`#functions/${entry}`)) as { handler: unknown };

let w: World;
beforeEach(async () => {
  w = await world();
  provide(w.deps);
});

/** A path of the route in which each parameter has a form that the route takes. */
const pathOf = (path: string): string =>
  path.replace(/\{(\w+)\+?\}/g, (_, name: string) => {
    const prefixes: Record<string, string> = {
      workspaceId: 'ws',
      serviceId: 'svc',
      authId: 'auth',
      sessionId: 'cs',
      umbrellaId: 'umb',
      subscriptionId: 'sub',
      deliveryId: 'dlv',
      keyId: 'key',
      removedId: 'ws',
      organizationId: 'org',
      solutionId: 'sol',
      endUserSessionId: 'eus',
      receiptId: 'rcp',
      connectorId: 'con',
      importId: 'imp',
    };
    const prefix = prefixes[name];
    return prefix === undefined ? 'x' : `${prefix}_${'0'.repeat(26)}`;
  });

const quietly = async <T>(run: () => Promise<T>): Promise<T> => {
  const output = capturedOutput();
  try {
    return await run();
  } finally {
    output.stop();
  }
};

describe('a route', () => {
  it.each(routes.map(({ noun, route }) => [route.name, noun, route] as const))(
    '%s has a handler, a permission or an open door, a summary and an example that works',
    async (_, noun, route) => {
      const { handler } = await load(`${noun}/lambda.ts`);
      const method = route.method === 'ANY' ? 'DELETE' : route.method;
      const { status, text } = await quietly(() => call(handler, { method, path: pathOf(route.path) }));
      expect(status).not.toBe(405);
      expect(text).not.toContain('route_not_found');
      if (route.needs === 'nobody') {
        expect(route.produces === 'html' || ['/openapi.json', '/health'].includes(route.path)).toBe(true);
        expect(status).not.toBe(401);
      } else {
        expect(permissions).toContain(route.needs);
        expect(status).toBe(401);
      }
      expect(route.summary).toMatch(/^[A-Z].*\.$/);
      const takesJson = route.consumes === 'json' && !route.request.body.safeParse(undefined).success;
      if (takesJson) expect(route.request.body.safeParse(route.example).success).toBe(true);
      else expect(route.example).toBeUndefined();
    },
  );

  it('has a name, and method and path, of its own', () => {
    expect(new Set(routes.map(({ route }) => route.name)).size).toBe(routes.length);
    expect(new Set(routes.map(({ route: { method, path } }) => `${method} ${path}`)).size).toBe(
      routes.length,
    );
  });

  it('that changes something needs more than a reader has', () => {
    for (const { route } of routes) {
      if (route.method !== 'GET' && route.produces !== 'html')
        expect(route.needs).toMatch(/:(write|delete|use)$|^credentials:read$/);
    }
  });

  it('that makes something answers 201, one that ends something 204', () => {
    for (const { route } of routes)
      if (route.method === 'DELETE')
        // Of an organization that is deleted, the receipt can be had from this answer alone by those who had it.
        expect([route.name, route.status]).toEqual([
          route.name,
          route.name === 'deleteOrganization' ? 202 : 204,
        ]);
    expect(
      routes
        .filter(({ route }) => route.name.startsWith('create'))
        .every(({ route }) => route.status === 201),
    ).toBe(true);
  });

  it('stands in the OpenAPI document', async () => {
    const { handler } = await load('api/lambda.ts');
    const { json } = await quietly(() => call(handler, { method: 'GET', path: '/openapi.json' }));
    const paths = json['paths'] as Record<string, Record<string, unknown>>;
    for (const { route } of routes) {
      const method = route.method === 'ANY' ? 'post' : route.method.toLowerCase();
      expect(paths[route.path.replace('+}', '}')]?.[method]).toMatchObject({ summary: route.summary });
    }
    expect(json['servers']).toEqual([{ url: 'https://latchkey.example' }]);
  });
});

describe('the three lists', () => {
  const entries = [
    ...Object.keys(nouns).map((noun) => `${noun}/lambda.ts`),
    ...schedules.map(({ entry }) => entry),
    ...reactions.map(({ entry }) => entry),
  ];

  it.each(entries)('name a module that there is, and whose handler runs: %s', async (entry) => {
    expect(typeof (await load(entry)).handler).toBe('function');
  });

  it('name every module that starts something', () => {
    const found = ['events', 'scheduled'].flatMap((folder) =>
      readdirSync(new URL(`${folder}/`, functions)).map((file) => `${folder}/${file}`),
    );
    expect(found.filter((entry) => !entries.includes(entry))).toEqual([]);
  });

  it('tell for each reaction and schedule what people notice when it fails', () => {
    for (const { impact } of [...reactions, ...schedules]) expect(impact).toMatch(/^[A-Z].*\.$/);
  });

  it('have for each reaction an event that there is', () => {
    for (const reaction of reactions)
      for (const pattern of reaction.on)
        expect(eventKinds.some(({ type }) => takes({ on: [pattern] }, type))).toBe(true);
  });

  it('have for each event of the bus a reaction', () => {
    const unheard = eventKinds
      .filter(({ audience }) => audience !== 'subscriber')
      .filter(({ type }) => !reactions.some((reaction) => takes(reaction, type)));
    expect(unheard).toEqual([]);
  });

  it.each(schedules.map(({ name, entry }) => [name, entry] as const))(
    'have a schedule that runs on an empty deployment: %s',
    async (_, entry) => {
      const { handler } = await load(entry);
      await expect(quietly(() => (handler as () => Promise<unknown>)())).resolves.toBeUndefined();
    },
  );

  it('have schedules that fail aloud, with nothing of the reason in the log', async () => {
    provide({ ...w.deps, store: { ...w.deps.store, due: () => Promise.reject(new Error('planted')) } });
    const { handler } = await load('scheduled/sweep.ts');
    const output = capturedOutput();
    await expect((handler as () => Promise<unknown>)()).rejects.toThrow('planted');
    output.stop();
    expect(output.text()).toContain('The job failed.');
    expect(output.text()).not.toContain('planted');
  });
});

describe('an event', () => {
  it.each(eventKinds.map((kind) => [kind.type, kind] as const))(
    '%s has an example that parses and a past-tense or due name',
    (type, kind) => {
      expect(kind.data.safeParse(kind.example).success).toBe(true);
      expect(type).toMatch(/^[a-z]+\.[a-z_]+$/);
    },
  );

  it('has a type of its own', () => {
    expect(new Set(eventKinds.map(({ type }) => type)).size).toBe(eventKinds.length);
  });

  it.each(reactions.map(({ name, entry, on }) => [name, entry, on] as const))(
    'that is not for anything there is harms no reaction, alone or in a batch: %s',
    async (_, entry, on) => {
      const { handler } = await load(entry);
      const kinds = eventKinds.filter(({ type }) => takes({ on }, type));
      const events = kinds.map((kind) =>
        newEvent(w.deps, kind as never, { organizationId: w.organizationId, data: kind.example }),
      );
      expect(await quietly(() => react(handler, events))).toBe(0);
      expect(await quietly(() => react(handler, [...events, ...events]))).toBe(0);
    },
  );

  it('that cannot be read comes back alone; the others of its batch are done', async () => {
    const { handler } = await load('events/record-history.ts');
    const broken = { id: 'evt_broken' };
    const good = newEvent(w.deps, eventKinds[0] as never, {
      organizationId: w.organizationId,
      data: { ...(eventKinds[0]?.example as object), workspaceId: w.workspaceId },
    });
    expect(await quietly(() => react(handler, [broken, good]))).toBe(1);
    expect(w.store.keys().some((key) => key.includes(good.id))).toBe(true);
  });
});
