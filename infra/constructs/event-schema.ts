import * as z from 'zod';
import { LatchkeyEvent, type EventKind } from '#shared/events.ts';

/** How EventBridge knows our own events. */
export const eventSource = 'latchkey';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Readers are to bear fields that come later, and a time needs no pattern besides its format. */
const lenient = ({ jsonSchema }: { readonly jsonSchema: JsonSchema }): void => {
  delete jsonSchema.additionalProperties;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
};

const schemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { target: 'openapi-3.0', unrepresentable: 'any', override: lenient });

const text = { type: 'string' };

/** What EventBridge puts around every event ("Events in Amazon EventBridge"). */
const envelope = {
  version: text,
  id: text,
  'detail-type': text,
  source: text,
  account: text,
  time: { type: 'string', format: 'date-time' },
  region: text,
  resources: { type: 'array', items: text },
};

/**
 * A kind of event as the schema registry takes it: an OpenAPI document whose `AWSEvent` is the whole event as a rule's target
 * gets it, so that code bindings can be made from it.
 */
export const registered = ({ type, version, summary, data, example }: EventKind): string => {
  const detail = schemaOf(LatchkeyEvent);
  const properties = {
    ...detail.properties,
    type: { type: 'string', enum: [type] },
    version: { type: 'integer', enum: [version] },
    data: { $ref: '#/components/schemas/Data' },
  };
  return JSON.stringify({
    openapi: '3.0.0',
    info: { title: type, version: `${String(version)}.0.0`, description: summary },
    paths: {},
    components: {
      schemas: {
        AWSEvent: {
          type: 'object',
          required: Object.keys(envelope).concat('detail'),
          'x-amazon-events-detail-type': type,
          'x-amazon-events-source': eventSource,
          properties: { ...envelope, detail: { $ref: '#/components/schemas/Detail' } },
        },
        Detail: { ...detail, properties },
        Data: { ...schemaOf(data), example },
      },
    },
  });
};
