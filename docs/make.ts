import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import { eventKinds } from '#shared/domain/events.ts';
import { keepExamples } from './examples.ts';
import { failuresDocument } from './failures.ts';
import { rolesDocument } from './roles.ts';
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
your own on the bus can read it. **To one subscriber** goes what is made for a subscription alone; it is not on the bus.

## The envelope

On the bus this is the \`detail\`, and what stands below as the data of each kind is its field \`data\`.

${table(LatchkeyEvent)}

A webhook gets \`{"type", "timestamp", "data"}\`, signed as Standard Webhooks 1.0 says. Its \`data\` holds \`eventId\`, \`version\` and
\`organizationId\` besides the fields below; the header \`webhook-id\` is the event's id too.

## What a reader can rely on

- **At least once.** What was written is told, also when the process that wrote it dies: then minutes later. An event may come twice, under
  the same \`id\`. Keep the ids that you have acted on, for four days at least: a webhook is tried again for three.
- **No order.** Events may overtake each other. \`time\` says when each happened; ids sort by that time. Where the present state
  matters, read the auth: an event tells of a change, not of how things stand.
- **Transitions.** An alert is told when something changes, not while it lasts. An auth is \`auth.at_risk\` once, when it becomes so;
  \`auth.expiring\` comes once for each lead time before a predicted end, with \`leadSeconds\` saying which (one that was passed
  before the auth was made, or that an outage has covered, is left out), and \`auth.expired\` once at the end.
  \`auth.refresh_failed\` is told for the first failure in a row, \`auth.recovered\` when that is over, and
  \`auth.needs_reconnect\` once, until a person has connected again (\`auth.connected\`). When a predicted end moves, its lead times begin anew.
- **Versions.** Within a version fields may be added and choices may get more values: bear what you do not know. What breaks
  readers raises \`version\`. An example of each published version is kept in \`test/events/examples\`, and every one of them
  can still be read.

## On EventBridge

A rule on the bus (the output \`EventBus\`) that takes all that needs a person:

\`\`\`json
{ "source": ["latchkey"], "detail-type": ["auth.needs_reconnect", "auth.expiring"] }
\`\`\`

The schemas of all news are in EventBridge's schema registry that is named after the deployment, as \`latchkey@auth.expiring\` and so on,
for code bindings and the console. The setting \`eventSchemas\` (\`-c eventSchemas=false\`) leaves them out, where a region has no registry.`;

const chapter = (title: string, audience: EventKind['audience']): string =>
  [`## ${title}`, ...eventKinds.filter((kind) => kind.audience === audience).map(section)].join('\n\n');

/** The text of docs/events.md: every kind of event, with its fields and an example. */
export const eventsDocument = (): string =>
  `${[
    introduction,
    chapter('News', 'news'),
    chapter('To one subscriber', 'subscriber'),
    chapter('Work', 'work'),
  ].join('\n\n')}\n`;

if (import.meta.main) {
  writeFileSync(new URL('events.md', import.meta.url), eventsDocument());
  writeFileSync(new URL('failures.md', import.meta.url), failuresDocument());
  writeFileSync(new URL('roles.md', import.meta.url), rolesDocument());
  keepExamples();
}
