import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { handler as auths } from '#functions/auths/lambda.ts';
import { handler as connect } from '#functions/connect/lambda.ts';
import { handler as services } from '#functions/services/lambda.ts';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { call, type Answered, type Sent } from '../support/api.ts';
import { world, type World } from '../support/deps.ts';
import { oauth2Service } from '../support/nouns.ts';
import { capturedOutput } from '../support/output.ts';
import { bodyOf, type Hostile } from './hostile/expand.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));

const bases = read('hostile-definitions.json') as Record<string, unknown>;
const files = [
  'urls',
  'names',
  'texts',
  'templates',
  'types',
  'sizes',
  'patterns',
  'environments',
  'calls',
  'import',
  'auths',
];
const cases = files.flatMap((file) => read(`hostile/${file}.json`) as Hostile[]);

/** In milliseconds, for one call. */
const longest = 50;
/** What is a secret in the bodies bears this word. */
const word = 'planted';

let w: World;
let key = '';
let service = '';
let output: ReturnType<typeof capturedOutput>;

const targets: Readonly<Record<string, { handler: unknown; method: string; path: () => string }>> = {
  create: { handler: services, method: 'POST', path: () => 'services' },
  update: { handler: services, method: 'PUT', path: () => `services/${service}` },
  patch: { handler: services, method: 'PATCH', path: () => `services/${service}` },
  import: { handler: services, method: 'POST', path: () => 'services/import' },
  catalogue: { handler: services, method: 'POST', path: () => 'services/from-catalogue' },
  auths: { handler: auths, method: 'POST', path: () => 'auths' },
  sessions: { handler: connect, method: 'POST', path: () => 'connect-sessions' },
};

const send = (to: string, body: string): Promise<Answered> => {
  const { handler, method, path } = targets[to]!;
  const sent: Sent = {
    method,
    path: `/v1/workspaces/${w.workspaceId}/${path()}`,
    headers: { authorization: `Bearer ${key}` },
    body: body.replace('"{service}"', JSON.stringify(service)),
  };
  return call(handler, sent);
};

/** The shortest of at most ten calls, so that what else the machine does is not counted. */
const timed = async (to: string, body: string) => {
  let best = Infinity;
  let answered = await send(to, body);
  for (let round = 0; round < 10 && best >= longest; round += 1) {
    const began = performance.now();
    answered = await send(to, body);
    best = Math.min(best, performance.now() - began);
  }
  return { answered, milliseconds: best };
};

/** All but the history, which tells that somebody was refused. */
const kept = () => {
  const keys = w.store.keys().filter((key) => !key.includes('#HISTORY#'));
  return [w.store.writes(), ...keys, ...w.vault.paths()].join(' ');
};

beforeAll(async () => {
  w = await world();
  provide(w.deps);
  output = capturedOutput();
  key = (await firstKey(w.deps, w.organizationId)).reveal();
  service = (await oauth2Service(w, { fields: [{ key: 'a', required: false }] })).id;
});
afterAll(() => output.stop());

describe('the bodies that the hostile ones are made of', () => {
  it.each([
    ['create', 'oauth2'],
    ['create', 'password'],
    ['create', 'oauth1'],
    ['create', 'token'],
    ['create', 'login'],
    ['catalogue', 'catalogue'],
    ['auths', 'generic'],
    ['sessions', 'session'],
  ])('work as they are: %s of %s', async (to, base) => {
    expect((await send(to, JSON.stringify(bases[base]))).status).toBe(201);
  });
});

/** Words of the library for programmers, which say nothing to a person. */
const raw =
  /invalid (?:input|option|key|string|url)|too (?:big|small)|unrecognized|received|undefined|\[object/i;

describe('a body that is hostile or malformed', () => {
  it('has at least 300 examples, each of another title', () => {
    expect(new Set(cases.map(({ what, base, to }) => `${to ?? 'create'} ${base} ${what}`)).size).toBe(
      cases.length,
    );
    expect(cases.length).toBeGreaterThanOrEqual(300);
  });

  it.each(cases.map((one) => [one.to ?? 'create', one.what, one] as const))(
    'is refused by %s where %s: at once, by the path of the field, and without a trace',
    async (to, _what, hostile) => {
      const body = bodyOf(hostile, bases[hostile.base]);
      const before = kept();
      const { answered, milliseconds } = await timed(to, body);
      const { details } = answered.error;
      expect({ status: answered.status, details }).toMatchObject({
        status: hostile.status ?? 422,
        details: expect.arrayContaining([expect.objectContaining({ path: hostile.path })]),
      });
      expect(details.length).toBeLessThanOrEqual(51);
      for (const { path, message } of details) {
        expect(path).toMatch(/^body(?:\.|$)/);
        expect(message).toMatch(/^[A-ZÄ\d{].{10,}[.:)]$/su);
        expect(message).not.toMatch(raw);
      }
      expect(answered.text).not.toContain(word);
      expect(answered.text.length).toBeLessThan(50_000);
      expect(kept()).toBe(before);
      expect(milliseconds).toBeLessThan(longest);
    },
  );

  it('leaves nothing of a secret in the log, nothing in the prototype of objects, and a product that works', async () => {
    expect(output.text()).not.toContain(word);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('polluted' in {}).toBe(false);
    expect((await send('create', JSON.stringify(bases['oauth2']))).status).toBe(201);
  });
});
