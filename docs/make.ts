import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { eventKinds } from '#shared/domain/events.ts';
import { keepExamples } from './examples.ts';
import { failuresDocument } from './failures.ts';
import { LatchkeyEvent, type EventKind } from '#shared/events.ts';

const Schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.string()).optional(),
  get anyOf() {
    return z.array(Schema).optional();
  },
  get items() {
    return Schema.optional();
  },
  get properties() {
    return z.record(z.string(), Schema).optional();
  },
});
type Schema = z.infer<typeof Schema>;

const plain: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
};

const scalar = (type: string, { format, pattern }: Schema): string => {
  if (format === 'date-time' && type === 'string') return 'time (ISO 8601, UTC)';
  const prefix = type === 'string' ? /^\^([a-z]+_)\[/.exec(pattern ?? '')?.[1] : undefined;
  return prefix === undefined ? (plain[type] ?? 'any') : `id \`${prefix}…\``;
};

/** A type in a few words: an id by its prefix, `time`, the values of a choice, `text or null`. */
const words = (schema: Schema): string => {
  if (schema.anyOf) return schema.anyOf.map(words).join(' or ');
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.items) return `list of ${schema.items.properties ? 'objects' : words(schema.items)}`;
  return [schema.type ?? 'any']
    .flat()
    .map((type) => scalar(type, schema))
    .join(' or ');
};

interface Row {
  readonly name: string;
  readonly type: string;
}

const rows = (schema: Schema, above = ''): readonly Row[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    { name: `${above}${name}`, type: words(field) },
    ...(field.items ? rows(field.items, `${above}${name}[].`) : []),
  ]);

/** `z.toJSONSchema` is the one reading of a schema; what cannot be said in JSON Schema is shown as anything. */
const table = (schema: z.ZodType): string => {
  const fields = rows(Schema.parse(z.toJSONSchema(schema, { unrepresentable: 'any' })));
  if (fields.length === 0) return 'The data is an empty object.';
  return [
    '| Field | Type |',
    '| --- | --- |',
    ...fields.map(({ name, type }) => `| \`${name}\` | ${type} |`),
  ].join('\n');
};

const section = (kind: EventKind): string =>
  [
    `### \`${kind.type}\``,
    kind.summary,
    `Version ${String(kind.version)}, ${kind.audience}.`,
    table(kind.data),
    ['```json', JSON.stringify(kind.example, null, 2), '```'].join('\n'),
  ].join('\n\n');

const introduction = `# Events

This page is made from the code by \`npm run docs\`; a test compares the two.

Events are published on the deployment's EventBridge bus, with the source \`latchkey\` and the event's type as detail-type.
Events hold ids, states, reasons and times, never a secret and nothing personal. They are told at least once: the id of an event tells
repeats. The version of a kind counts the changes of its data that break readers.

**News** is also told to the webhooks that subscribe to it. **Work** starts the product's own functions and reaches no webhook; rules of
your own on the bus can read it.

## The envelope

On the bus this is the \`detail\`, and what stands below as the data of each kind is its field \`data\`.

${table(LatchkeyEvent)}

A webhook gets \`{"type", "timestamp", "data"}\`, signed as Standard Webhooks 1.0 says. Its \`data\` holds \`eventId\`, \`version\` and
\`organizationId\` besides the fields below; the header \`webhook-id\` is the event's id too.`;

const chapter = (title: string, audience: EventKind['audience']): string =>
  [`## ${title}`, ...eventKinds.filter((kind) => kind.audience === audience).map(section)].join('\n\n');

/** The text of docs/events.md: every kind of event, with its fields and an example. */
export const eventsDocument = (): string =>
  `${[introduction, chapter('News', 'news'), chapter('Work', 'work')].join('\n\n')}\n`;

if (import.meta.main) {
  writeFileSync(new URL('events.md', import.meta.url), eventsDocument());
  writeFileSync(new URL('failures.md', import.meta.url), failuresDocument());
  keepExamples();
}
