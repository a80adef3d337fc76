import { describe, expect, it } from '@jest/globals';
import { storeCall } from '../../bench/store-calls.ts';
import { median, percentile } from '../../bench/statistics.ts';
import { table } from '../../bench/table.ts';

const target = (operation: string) => `DynamoDB_20120810.${operation}`;
const key = (partition: string) => ({ pk: { S: partition }, sk: { S: 'AUTH' } });
const sealed = 'SEALED#org_1#ws_1#auth#auth_1';

describe('the statistics of the benchmark', () => {
  it('takes the nearest rank as a percentile, whatever the order of the samples', () => {
    const samples = Array.from({ length: 100 }, (_, place) => ((place * 37) % 100) + 1);
    expect([0, 1, 50, 99, 100].map((each) => percentile(samples, each))).toEqual([1, 1, 50, 99, 100]);
    expect(percentile([3, 1, 2], 50)).toBe(2);
  });

  it('sorts samples by number, not by text', () => {
    expect(percentile([10, 9, 100], 50)).toBe(10);
    expect(median([10, 9, 100])).toBe(10);
  });

  it('takes the mean of the two in the middle as the median of an even number', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('refuses to make a figure of nothing', () => {
    expect(() => percentile([], 50)).toThrow(RangeError);
    expect(() => percentile([1], 101)).toThrow(RangeError);
    expect(() => median([])).toThrow(RangeError);
  });

  it('leaves the samples as they are', () => {
    const samples = [3, 1, 2];
    percentile(samples, 99);
    median(samples);
    expect(samples).toEqual([3, 1, 2]);
  });
});

describe('the count of calls to the stores', () => {
  it.each([
    ['GetItem', 'read'],
    ['Query', 'read'],
    ['PutItem', 'write'],
    ['UpdateItem', 'write'],
    ['DeleteItem', 'write'],
  ])('counts %s as a %s', (operation, kind) => {
    expect(storeCall(target(operation), JSON.stringify({ Key: key('ORG#1#AUTH#1') }))).toBe(kind);
  });

  it('counts what is about sealed credentials for the vault, be it read, written or listed', () => {
    expect(storeCall(target('GetItem'), JSON.stringify({ Key: key(sealed) }))).toBe('vault');
    expect(storeCall(target('PutItem'), JSON.stringify({ Item: key(sealed) }))).toBe('vault');
    const query = { ExpressionAttributeValues: { ':partition': { S: sealed }, ':limit': { N: '1' } } };
    expect(storeCall(target('Query'), JSON.stringify(query))).toBe('vault');
  });

  it('does not take an item for the vault because its data mentions a sealed one', () => {
    const item = { ...key('ORG#1'), data: { M: { name: { S: sealed } } } };
    expect(storeCall(target('PutItem'), JSON.stringify({ Item: item }))).toBe('write');
  });

  it('keeps calls about the table itself apart', () => {
    expect(storeCall(target('DescribeTable'), JSON.stringify({ TableName: 'latchkey' }))).toBe('table');
  });
});

describe('the tables of the benchmark', () => {
  it('sets figures to the right and words to the left, under the names of the first row', () => {
    const rows = [
      { way: 'straight', ms: '0.04', added: '' },
      { way: 'around', ms: '12.50', added: '-1.00' },
    ];
    expect(table(rows)).toBe(
      ['way          ms  added', 'straight   0.04', 'around    12.50  -1.00'].join('\n'),
    );
  });
});
