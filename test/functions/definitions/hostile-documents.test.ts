import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capturedOutput } from '../../support/output.ts';
import { bodyOf, type Hostile } from '../hostile/expand.ts';
import { deployment } from './stage.ts';

const cases = JSON.parse(
  readFileSync(join(import.meta.dirname, 'hostile-documents.json'), 'utf8'),
) as readonly Hostile[];

/** A document that works, with a second service behind the first: what is wrong with one keeps the other back, too. */
const works = {
  document: {
    format: 'latchkey.definitions',
    version: 1,
    services: [
      {
        ref: 'acme',
        definition: {
          name: 'Acme',
          baseUrl: 'https://api.acme.example/v2',
          auth: {
            type: 'oauth2',
            grant: 'client_credentials',
            tokenUrl: 'https://acme.example/oauth/token',
            clientId: 'latchkey',
            clientSecret: { required: 'clientSecret' },
          },
        },
      },
      {
        ref: 'keyed',
        definition: {
          name: 'Keyed',
          baseUrl: 'https://api.keyed.example',
          fields: [{ key: 'api_key', secret: true }],
          apply: [{ in: 'header', name: 'X-Api-Key', value: '{{api_key}}' }],
          auth: { type: 'token' },
        },
      },
    ],
  },
  values: { 'services.0.definition.auth.clientSecret': 'planted-value' },
};

let at: Awaited<ReturnType<typeof deployment>>;
let output: ReturnType<typeof capturedOutput>;

beforeAll(async () => {
  at = await deployment(1);
  output = capturedOutput();
});
afterAll(() => output.stop());

const kept = () => `${at.store.unlogged()} ${at.vault.paths().join(' ')}`;

describe('a document of definitions that is hostile or malformed', () => {
  it('has at least 40 examples, each of another title', () => {
    expect(new Set(cases.map(({ what }) => what)).size).toBe(cases.length);
    expect(cases.length).toBeGreaterThanOrEqual(40);
  });

  it.each(cases.map((one) => [one.what, one] as const))(
    'is refused where %s: by the path, with a sentence, and nothing is changed',
    async (_, hostile) => {
      const before = kept();
      const body = bodyOf(hostile, works);
      const { status, error, text } = await at.send('POST', 'services/import-definitions', body);
      expect({ status, details: error.details }).toMatchObject({
        status: hostile.status ?? 422,
        details: expect.arrayContaining([expect.objectContaining({ path: hostile.path })]),
      });
      for (const { message } of error.details) expect(message).toMatch(/^[A-ZÄ\d{].{9,}[.:)]$/su);
      expect(text).not.toContain('planted');
      expect(text.length).toBeLessThan(50_000);
      expect(kept()).toBe(before);
    },
  );

  it('of more than 1 MiB is refused with 413 before it is looked at', async () => {
    const before = kept();
    const padded = { ...works, toFillIn: ['x'.repeat(2_000_000)] };
    expect((await at.send('POST', 'services/import-definitions', padded)).status).toBe(413);
    expect(kept()).toBe(before);
  });

  it('leaves no secret in the log and nothing in the prototype of objects; the one that works, works', async () => {
    expect(output.text()).not.toContain('planted');
    expect('polluted' in {}).toBe(false);
    const { status, json } = await at.send('POST', 'services/import-definitions', works);
    expect([status, json['services']]).toEqual([
      201,
      [
        expect.objectContaining({ ref: 'acme', act: 'create', error: null }),
        expect.objectContaining({ ref: 'keyed', act: 'create', error: null }),
      ],
    ]);
    expect(at.store.dump()).not.toContain('planted');
  });
});
