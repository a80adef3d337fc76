import { describe, expect, it } from '@jest/globals';
import { tableDefinition } from '#shared/aws/table/schema.ts';
import { ItemTable } from '../../../infra/constructs/item-table.ts';
import { only, templateOf } from '../synthesize.ts';

interface TableProperties {
  readonly KeySchema: unknown;
  readonly BillingMode: unknown;
  readonly AttributeDefinitions: readonly object[];
  readonly GlobalSecondaryIndexes: unknown;
}

const tableOf = (keep: boolean) =>
  only<TableProperties>(
    templateOf((scope) => new ItemTable(scope, 'Table', { keep })),
    'AWS::DynamoDB::Table',
  );

const byName = (list: readonly object[]) =>
  [...list].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));

describe('the table', () => {
  it('has the keys, lists and index that the table has where no stack makes it', () => {
    const { Properties: made } = tableOf(true);
    const local = tableDefinition('any');
    expect(made.KeySchema).toEqual(local.KeySchema);
    expect(made.BillingMode).toBe(local.BillingMode);
    expect(byName(made.AttributeDefinitions)).toEqual(byName(local.AttributeDefinitions!));
    expect(made.GlobalSecondaryIndexes).toEqual(local.GlobalSecondaryIndexes);
  });

  it('can be restored to any second and drops what has expired', () => {
    expect(tableOf(true).Properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  it('outlives its stack and refuses to be deleted', () => {
    expect(tableOf(true)).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
  });

  it('goes with its stack in a trial', () => {
    expect(tableOf(false)).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false },
    });
  });
});
