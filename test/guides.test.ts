import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { mergePatch } from '#shared/domain/services/merge-patch.ts';
import { Bundle } from '#shared/domain/transfers/bundle.ts';
import { walkConsent } from '../local/provider/consent.ts';
import { differences, readGuide, runGuide } from './support/guide.ts';
import { startProduct, type RunningProduct } from './support/product.ts';
import { organizationWorkspace } from './support/way.ts';

const url = 'https://acme.example';
const oauth2 = { type: 'oauth2', tokenUrl: `${url}/token`, clientId: 'id', clientSecret: 'secret' };

/** What completes the parts of definitions that a guide shows. */
const guides = [
  ['authorization-code', { ...oauth2, grant: 'authorization_code', authorizationUrl: `${url}/authorize` }],
  ['client-credentials', { ...oauth2, grant: 'client_credentials' }],
  ['token', { type: 'token' }],
] as const;

const read = (name: string) =>
  readGuide(readFileSync(join(import.meta.dirname, '..', 'docs', 'guides', `${name}.md`), 'utf8'));

/** What a step printed, as text where it is no JSON, so that the difference is told and not a syntax error. */
const answerOf = (output: string): unknown => {
  try {
    return JSON.parse(output);
  } catch {
    return output;
  }
};

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

const schema = z.toJSONSchema(ServiceInput, { io: 'input', unrepresentable: 'any' }) as Schema;

const variants = (at: Schema): readonly Schema[] => [
  at,
  ...[at.anyOf, at.oneOf, at.allOf].flatMap((more) => (more ?? []).flatMap(variants)),
];

/** Whether a path such as `fields[].key` leads to a setting. */
const isSetting = (path: string): boolean =>
  path
    .replaceAll('[]', '.[]')
    .split('.')
    .reduce<readonly Schema[]>(
      (found, name) =>
        found
          .flatMap(variants)
          .flatMap(({ properties, items }) => (name === '[]' ? items : properties?.[name]) ?? []),
      [schema],
    ).length > 0;

/** Does what a guide says, and compares what comes of it with what it says of that. Answers how many steps of commands it has. */
const walk = async (steps: ReturnType<typeof read>['steps'], product: RunningProduct): Promise<number> => {
  const outputs = await runGuide(steps, {
    env: { LATCHKEY: product.url, LATCHKEY_DIR: product.directory },
    consent: (link) => walkConsent({ url: link, decision: 'allow', follow: true }),
  });
  const wrong = outputs
    .filter(({ step }) => step.expected !== undefined)
    .flatMap(({ step, output }) =>
      differences(step.expected, answerOf(output)).map((told) => `line ${step.line}: ${told}`),
    );
  expect(wrong).toEqual([]);
  return outputs.length;
};

describe.each(guides)('the guide %s', (name, auth) => {
  const { steps, settings, fragments } = read(name);
  let product: RunningProduct;
  beforeAll(async () => {
    product = await startProduct();
  }, 90_000);
  afterAll(() => product.discard());

  it('works as it is written, and prints what it says', async () => {
    expect(await walk(steps, product)).toBeGreaterThan(8);
  }, 120_000);

  it('names only settings that there are', () => {
    expect(settings.length).toBeGreaterThan(5);
    expect(settings.filter((path) => !isSetting(path))).toEqual([]);
  });

  it('shows parts of definitions that are taken', async () => {
    const services = `/v1/workspaces/${await organizationWorkspace(product)}/services`;
    expect(fragments.length).toBeGreaterThan(0);
    for (const fragment of fragments) {
      const body = mergePatch({ name: 'Acme', baseUrl: url, auth }, fragment);
      expect((await product.api.call('POST', services, { body })).body).toMatchObject({ version: 1 });
    }
  });
});

describe.each(['alerts', 'umbrellas', 'http-client', 'http-requests'])('the guide %s', (name) => {
  it('works as it is written, and prints what it says', async () => {
    const product = await startProduct();
    try {
      expect(await walk(read(name).steps, product)).toBeGreaterThan(7);
    } finally {
      await product.discard();
    }
  }, 180_000);
});

describe('the guides for organizations', () => {
  let product: RunningProduct;
  beforeAll(async () => {
    product = await startProduct();
  }, 90_000);
  afterAll(() => product.discard());

  // The last one moves the clock.
  it.each(['callers', 'history', 'legacy-services', 'definitions', 'bundles', 'embedded'])(
    '%s works as it is written, and prints what it says',
    async (name) => {
      expect(await walk(read(name).steps, product)).toBeGreaterThan(2);
    },
    120_000,
  );

  it('bundles shows a bundle that is taken', () => {
    const { fragments } = read('bundles');
    const id = '0'.repeat(26);
    const shown = fragments.map((fragment) => JSON.stringify(fragment).replaceAll('…', id));
    expect(shown.map((text) => Bundle.safeParse(JSON.parse(text)).error)).toEqual([undefined]);
  });

  it('callers names only settings that there are', () => {
    const text = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8');
    const named = text('docs/guides/callers.md').match(/\bLATCHKEY_(?:JWT|CORS)_\w+/g) ?? [];
    expect(new Set(named).size).toBe(7);
    const known = new Set(text('shared/caller-settings.ts').match(/\bLATCHKEY_\w+/g));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

it('the guide retries-and-redirects names only settings that there are, and shows parts that are taken', () => {
  const { settings, fragments } = read('retries-and-redirects');
  expect(settings.filter((path) => !isSetting(path))).toEqual([]);
  expect([settings.length, fragments.length]).toEqual([7, 1]);
  const document = { name: 'Acme', baseUrl: url, auth: { ...oauth2, grant: 'client_credentials' } };
  for (const fragment of fragments)
    expect(ServiceInput.safeParse(mergePatch(document, fragment)).error).toBeUndefined();
});

describe('the check of a guide', () => {
  it('notices a setting that there is not', () => {
    expect(['auth.tokenUri', 'fields[].secrets', 'apply.in', 'pkce'].filter(isSetting)).toEqual([]);
  });

  it('notices an answer that is not as the guide says', () => {
    const answer = { id: 'svc_1', items: [{ at: '2026-01-01' }], state: null };
    expect(differences({ id: 'svc_…', items: [{ at: '…' }], state: null }, answer)).toEqual([]);
    const wrong = { id: 'auth_…', items: [], state: '…', more: true };
    expect(differences(wrong, answer)).toHaveLength(4);
    expect(differences(['a', '…'], ['a', 'b', 'c'])).toEqual([]);
    expect(differences(['a', '…'], ['a'])).toHaveLength(1);
    expect(differences({ 0: 'a' }, ['a'])).toHaveLength(1);
  });

  it('notices commands that fail, and what belongs to no commands', async () => {
    const { steps: failing } = readGuide('```sh\necho one\n```\n\n```sh\nfalse | cat\necho two\n```\n');
    const consent = () => Promise.resolve();
    await expect(runGuide(failing, { env: {}, consent })).rejects.toThrow('The commands of line 5 failed');
    expect(() => readGuide('```json\n{}\n```\n')).toThrow('Line 1');
  });
});

describe('the guide pagination', () => {
  const { steps, settings, fragments } = read('pagination');

  it('works as it is written, and prints what it says', async () => {
    const product = await startProduct();
    try {
      expect(await walk(steps, product)).toBe(6);
    } finally {
      await product.discard();
    }
  }, 180_000);

  it('names only settings that there are, and shows parts of definitions that are taken', () => {
    expect(settings.length).toBeGreaterThan(5);
    expect(settings.filter((path) => !isSetting(path))).toEqual([]);
    expect(fragments.length).toBeGreaterThan(4);
    const apply = [{ in: 'header', name: 'X-Key', value: '{{api_key}}' }];
    for (const fragment of fragments)
      ServiceInput.parse(
        mergePatch({ name: 'Acme', baseUrl: url, auth: { type: 'token' }, apply }, fragment),
      );
  });
});
