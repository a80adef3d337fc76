import { describe, expect, it } from '@jest/globals';
import { tableDefinition } from '#shared/aws/table/schema.ts';
import { dueShards } from '#shared/ports.ts';
import { shardName, shardOf, storableFields } from '#shared/table.ts';

const shardOfId = (id: string) => shardOf({ partition: 'p', sort: id });

describe('the shard of a key', () => {
  it('never changes, for the entries of the index would be looked for elsewhere', () => {
    expect(['a', 'b', 'c', 'auth_1'].map(shardOfId)).toEqual([4, 0, 10, 7]);
  });

  it('spreads keys evenly', () => {
    const counts = Array.from({ length: dueShards }, () => 0);
    for (let n = 0; n < 16_000; n += 1) counts[shardOfId(`auth_${n}`)]! += 1;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });

  it('is named by two digits', () => {
    expect([0, 9, 15].map(shardName)).toEqual(['00', '09', '15']);
  });
});

describe('what an item may hold', () => {
  it('leaves out what is undefined, and turns −0 and broken text into what a table gives back', () => {
    expect(
      storableFields({ a: undefined, b: [1, undefined, { c: undefined }], d: -0, e: '\uD800' }),
    ).toStrictEqual({
      b: [1, {}],
      d: 0,
      e: '\uFFFD',
    });
  });
});

describe('the table', () => {
  it('has two lists of whole items, one of keys and a sparse index of what is due', () => {
    const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [] } = tableDefinition('latchkey');
    expect(KeySchema?.map(({ AttributeName }) => AttributeName)).toEqual(['pk', 'sk']);
    const types = AttributeDefinitions?.map(
      ({ AttributeName, AttributeType }) => `${AttributeName}:${AttributeType}`,
    );
    expect(types?.sort()).toEqual(
      [
        'pk:S',
        'sk:S',
        'listedPk:S',
        'listedSk:S',
        'groupedPk:S',
        'groupedSk:S',
        'rankedPk:S',
        'rankedSk:S',
        'dueShard:S',
        'dueAt:N',
      ].sort(),
    );
    expect(GlobalSecondaryIndexes.map(({ IndexName, Projection }) => [IndexName, Projection])).toEqual([
      ['listed', { ProjectionType: 'ALL' }],
      ['grouped', { ProjectionType: 'ALL' }],
      ['ranked', { ProjectionType: 'KEYS_ONLY' }],
      ['due', { ProjectionType: 'INCLUDE', NonKeyAttributes: ['collection', 'dueAct', 'dueOf'] }],
    ]);
  });
});
