import { describe, expect, it } from '@jest/globals';
import { eventKinds } from '#shared/domain/events.ts';
import { eventKind } from '#shared/events.ts';
import * as z from 'zod';
import { registered } from '../../../infra/constructs/event-schema.ts';
import { EventSchemas } from '../../../infra/constructs/event-schemas.ts';
import { deployment, only, resources, templateOf } from '../synthesize.ts';

interface SchemaProperties {
  readonly SchemaName: string;
  readonly Type: string;
  readonly Description: string;
  readonly Content: string;
  readonly RegistryName: unknown;
}

const { templates } = deployment();
const schemas = resources<SchemaProperties>(templates.data, 'AWS::EventSchemas::Schema').map(
  ({ Properties }) => Properties,
);
const news = eventKinds.filter(({ audience }) => audience === 'news');

/** A stored JSON Schema, read back by another reader than the one that wrote it: refuses what it does not allow. */
const readerOf = (content: string): z.ZodType => {
  const { components } = JSON.parse(content) as { components: { schemas: Record<string, unknown> } };
  return z.fromJSONSchema(components.schemas['Data'] as Parameters<typeof z.fromJSONSchema>[0], {
    defaultTarget: 'openapi-3.0',
  });
};

describe('the schema registry', () => {
  it('is named after the deployment, as is the bus', () => {
    expect(only(templates.data, 'AWS::EventSchemas::Registry').Properties).toMatchObject({
      RegistryName: 'latchkey',
    });
    const other = deployment({ prefix: 'latchkey-test' }).templates.data;
    expect(only(other, 'AWS::EventSchemas::Registry').Properties).toMatchObject({
      RegistryName: 'latchkey-test',
    });
  });

  it('holds a schema of each kind of news, and of no work of our own', () => {
    expect(schemas.map(({ SchemaName }) => SchemaName).toSorted()).toEqual(
      news.map(({ type }) => `latchkey@${type}`).toSorted(),
    );
    const registry = only(templates.data, 'AWS::EventSchemas::Registry').id;
    for (const { RegistryName, SchemaName, Description } of schemas) {
      expect(RegistryName).toEqual({ 'Fn::GetAtt': [registry, 'RegistryName'] });
      // The limits of the service.
      expect(SchemaName).toMatch(/^[\w.@-]{1,385}$/);
      expect(Description.length).toBeLessThanOrEqual(256);
    }
  });

  it.each(news.map((kind) => [kind.type, kind] as const))(
    'tells of %s as the target of a rule gets it, by source, detail-type and detail',
    (type, kind) => {
      const { Content, Type } = schemas.find(({ SchemaName }) => SchemaName === `latchkey@${type}`)!;
      expect(Type).toBe('OpenApi3');
      expect(Content.length).toBeLessThan(100_000);
      const { openapi, info, components } = JSON.parse(Content) as {
        openapi: string;
        info: object;
        components: { schemas: Record<string, { properties: object; required: string[] }> };
      };
      expect([openapi, info]).toEqual(['3.0.0', expect.objectContaining({ title: type })]);
      expect(components.schemas['AWSEvent']).toMatchObject({
        'x-amazon-events-detail-type': type,
        'x-amazon-events-source': 'latchkey',
        properties: { detail: { $ref: '#/components/schemas/Detail' } },
      });
      expect(components.schemas['AWSEvent']?.required).toContain('detail');
      expect(components.schemas['Detail']).toMatchObject({
        required: ['id', 'type', 'version', 'time', 'organizationId', 'data'],
        properties: {
          type: { enum: [type] },
          version: { enum: [kind.version] },
          data: { $ref: '#/components/schemas/Data' },
        },
      });
      const shape = kind.data instanceof z.ZodObject ? Object.keys(kind.data.shape) : [];
      expect(Object.keys(components.schemas['Data']?.properties ?? {})).toEqual(shape);
    },
  );

  it.each(news.map((kind) => [kind.type, kind] as const))(
    'has a schema that takes the example of %s, and not without one of its fields',
    (_, kind) => {
      const reader = readerOf(registered(kind));
      const example = kind.example as Record<string, unknown>;
      expect(reader.safeParse(example).error).toBeUndefined();
      const [first] = Object.keys(example);
      const { [first!]: left, ...rest } = example;
      expect(left).toBeDefined();
      expect(reader.safeParse(rest).success).toBe(false);
      expect(reader.safeParse({ ...example, later: 'a field of a later day' }).success).toBe(true);
    },
  );

  it('shortens what is longer than a description may be', () => {
    const data = z.strictObject({ a: z.string() });
    const kinds = ['x'.repeat(257), 'y'.repeat(256)].map((summary, place) =>
      eventKind(`thing.number_${place === 0 ? 'one' : 'two'}`, {
        summary,
        audience: 'news',
        version: 1,
        data,
        example: { a: '' },
      }),
    );
    const made = templateOf((scope) => new EventSchemas(scope, 'Schemas', { registryName: 'r', kinds }));
    const found = resources<SchemaProperties>(made, 'AWS::EventSchemas::Schema');
    expect(found.map(({ Properties }) => Properties.Description).toSorted()).toEqual([
      `${'x'.repeat(255)}…`,
      'y'.repeat(256),
    ]);
  });

  it('can be left out, where a region has none', () => {
    const without = deployment({ eventSchemas: 'false' }).templates.data;
    without.resourceCountIs('AWS::EventSchemas::Registry', 0);
    without.resourceCountIs('AWS::EventSchemas::Schema', 0);
  });

  it('leaves both stacks room: one of CloudFormation holds 500 resources', () => {
    for (const template of Object.values(templates)) {
      const { Resources } = template.toJSON() as { Resources: object };
      expect(Object.keys(Resources).length).toBeLessThan(480);
    }
  });
});
