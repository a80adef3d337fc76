import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { bodyOf, type Hostile } from '../hostile/expand.ts';
import { capturedOutput } from '../../support/output.ts';
import { parties, type Parties } from '../../support/parties.ts';

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, 'hostile-bundles.json'), 'utf8'),
) as readonly Hostile[];

/** A body that is imported, so that what is done to it is what is refused. */
const base = {
  bundle: {
    format: 'latchkey.bundle',
    version: 1,
    services: [
      { ref: 'acme', name: 'Acme', type: 'token', hosts: ['api.acme.example'] },
      { ref: 'beta', name: 'Beta', type: 'token', hosts: ['api.beta.example'] },
    ],
    connectors: [{ ref: 'orders', name: 'Orders', service: 'acme' }],
    steps: [
      { kind: 'http_client', service: 'beta' },
      { kind: 'connector', connector: 'orders' },
    ],
  },
};

let p: Parties;
let output: ReturnType<typeof capturedOutput>;

beforeAll(async () => {
  output = capturedOutput();
  p = await parties();
  provide(p.w.deps);
  await p.service(p.organization, 'Acme');
  await p.service(p.target, 'Beta');
});

afterAll(() => {
  output.stop();
});

describe('a bundle', () => {
  it('that nothing is wrong with is imported', async () => {
    expect((await p.send(['POST', p.target, 'imports/check'], base)).json['status']).toBe('ready');
    expect((await p.send(['POST', p.target, 'imports'], base)).status).toBe(201);
  });

  it.each(cases.map((hostile) => [hostile.what, hostile] as const))(
    'with this is refused with a clear answer, and nothing changes: %s',
    async (_, hostile) => {
      const body = bodyOf(hostile, base);
      const before = p.stored();
      for (const path of ['imports', 'imports/check']) {
        const { status, error, text } = await p.send(['POST', p.target, path], body);
        expect([path, status]).toEqual([path, hostile.status ?? 422]);
        expect(error.code).toMatch(/^[a-z_]+$/);
        if (hostile.path !== '') expect(error.details.map((detail) => detail.path)).toContain(hostile.path);
        for (const { message } of error.details) expect(message).toMatch(/^\p{Lu}.*\.$/su);
        expect(text.length).toBeLessThan(20_000);
        expect(text).not.toContain('planted');
      }
      expect(p.stored()).toBe(before);
      expect('polluted' in {}).toBe(false);
    },
  );

  it('has been tried in more than 40 bad ways', () => {
    expect(cases.length).toBeGreaterThan(60);
  });
});
