import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { eventKinds } from '#shared/domain/events.ts';
import { eventKind, type EventKind } from '#shared/events.ts';
import * as z from 'zod';
import { exampleFile, keepExamples } from '../../../docs/examples.ts';

const folder = 'test/events/examples';

interface Kept {
  readonly file: string;
  readonly data: unknown;
}

const keptIn = (where: string): readonly Kept[] =>
  readdirSync(where).map((file) => ({
    file,
    data: JSON.parse(readFileSync(join(where, file), 'utf8')) as unknown,
  }));

/** What is wrong with a kept example, as a sentence; `auth.connected.v1.json`, or `auth.connected.v1.another.json` for more of them. */
const fault = (kinds: readonly EventKind[], { file, data }: Kept): string | undefined => {
  const [, type, number] = /^([a-z_]+\.[a-z_]+)\.v(\d+)(?:\.[a-z-]+)?\.json$/.exec(file) ?? [];
  const kind = kinds.find((each) => each.type === type);
  if (!kind) return `${file}: a kind of event that was published is not removed or renamed.`;
  const version = Number(number);
  const schema = version === kind.version ? kind.data : (kind.earlier?.[version] ?? kind.data);
  const { success, error } = schema.safeParse(data);
  if (success) return undefined;
  const remedy =
    version === kind.version
      ? `Raise the version of ${kind.type} and keep the schema of before as its \`earlier\`.`
      : `Keep the schema of version ${number} as \`earlier\` of ${kind.type}.`;
  return `${file} does not fit any more (${error.issues.map(({ path }) => path.join('.')).join(', ')}). ${remedy}`;
};

const faults = (kinds: readonly EventKind[], kept: readonly Kept[]) =>
  kept.map((each) => fault(kinds, each)).filter((each) => each !== undefined);

const named = (version: number, data: z.ZodType, earlier?: Readonly<Record<number, z.ZodType>>): EventKind =>
  eventKind('thing.named', { summary: '', audience: 'news', version, data, earlier, example: { name: 'x' } });

describe('the events that were published', () => {
  it('are kept with an example of each version of each kind: npm run docs writes those that are missing', () => {
    const files = readdirSync(folder);
    const wanted = eventKinds.flatMap(({ type, version }) =>
      Array.from({ length: version }, (_, before) => exampleFile({ type, version: before + 1 })),
    );
    expect(wanted.filter((file) => !files.includes(file))).toEqual([]);
  });

  it('can still be read, each by the schema of its version', () => {
    expect(faults(eventKinds, keptIn(folder))).toEqual([]);
  });
});

describe('a kind of event', () => {
  const kept = [{ file: 'thing.named.v1.json', data: { name: 'x' } }];
  const sentence = 'Raise the version of thing.named and keep the schema of before as its `earlier`.';

  it.each([
    ['loses a field', z.strictObject({})],
    ['gets a field that must be there', z.strictObject({ name: z.string(), age: z.int() })],
    ['takes other values in a field', z.strictObject({ name: z.int() })],
  ])('that %s needs another version', (_, data) => {
    const [found] = faults([named(1, data)], kept);
    expect(found).toMatch(/^thing\.named\.v1\.json does not fit any more/);
    expect(found).toContain(sentence);
  });

  it('may get a field that can be left out', () => {
    const data = z.strictObject({ name: z.string(), age: z.int().optional() });
    expect(faults([named(1, data)], kept)).toEqual([]);
  });

  it('of another version keeps the schema of the one before', () => {
    const now = z.strictObject({ title: z.string() });
    expect(faults([named(2, now)], kept)).toEqual([
      'thing.named.v1.json does not fit any more (title, ). Keep the schema of version 1 as `earlier` of thing.named.',
    ]);
    expect(faults([named(2, now, { 1: z.strictObject({ name: z.string() }) })], kept)).toEqual([]);
  });

  it('that was published stays', () => {
    expect(faults([], kept)).toEqual([
      'thing.named.v1.json: a kind of event that was published is not removed or renamed.',
    ]);
  });

  it('has its example written once and never over', () => {
    const where = mkdtempSync(join(tmpdir(), 'latchkey-examples-'));
    const into = pathToFileURL(`${where}/`);
    const data = z.strictObject({ name: z.string() });
    keepExamples([named(1, data)], into);
    keepExamples([{ ...named(1, data), example: { name: 'y' } }, named(2, data)], into);
    expect(keptIn(where)).toEqual([
      { file: 'thing.named.v1.json', data: { name: 'x' } },
      { file: 'thing.named.v2.json', data: { name: 'x' } },
    ]);
  });
});
