import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { routes } from '#functions/routes.ts';
import { call } from '../support/api.ts';
import { world, type World } from '../support/deps.ts';
import { capturedOutput } from '../support/output.ts';

/** What people and scripts put into a path in place of an id. */
const odd = [
  '%2F',
  '..%2F..',
  '%00',
  '%',
  '%E0%A4',
  '%F0%9F%92%A9',
  '%23',
  'a%23b',
  '%20',
  '__proto__',
  'constructor',
  'null',
  'undefined',
  '%ED%A0%80',
  'x'.repeat(201),
  '%F0%9F%92%A9'.repeat(100),
  'x'.repeat(9000),
  `svc_${'0'.repeat(26)}`,
  `auth_${'z'.repeat(26)}`,
  `ws_${'0'.repeat(26)}%0A`,
];

let w: World;
let key = '';
let output: ReturnType<typeof capturedOutput>;
beforeAll(async () => {
  output = capturedOutput();
  w = await world();
  provide(w.deps);
  key = (await firstKey(w.deps, w.organizationId)).reveal();
});
afterAll(() => {
  output.stop();
});

const withParameters = routes.filter(({ route }) => route.path.includes('{'));

describe('an odd text in a path', () => {
  it.each(withParameters.map((each) => [each.route.name, each] as const))(
    'is never the fault of %s',
    async (_, { noun, route }) => {
      const { handler } = (await import(`#functions/${noun}/lambda.ts`)) as { handler: unknown };
      const method = route.method === 'ANY' ? 'POST' : route.method;
      const failed: string[] = [];
      for (const text of odd) {
        for (const known of [text, w.workspaceId]) {
          const path = route.path.replace('{workspaceId}', () => known).replaceAll(/\{\w+\+?\}/g, () => text);
          const headers = { authorization: `Bearer ${key}` };
          const sent = { method, path, headers, ...(route.example !== undefined && { body: route.example }) };
          const { status } = await call(handler, sent);
          if (status >= 500) failed.push(`${String(status)} ${path.slice(0, 200)}`);
        }
      }
      expect(failed).toEqual([]);
    },
  );
});
