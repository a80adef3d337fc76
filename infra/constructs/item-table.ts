import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { attributes, dueIndex, lists, rankedList } from '#shared/table.ts';

interface ItemTableProps {
  /** Whether the table outlives its stack, and refuses to be deleted. */
  readonly keep: boolean;
}

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** The one table: on demand, restorable to any second of 35 days, with the lists and the index of what is due. */
export class ItemTable extends Table {
  constructor(scope: Construct, id: string, { keep }: ItemTableProps) {
    super(scope, id, {
      partitionKey: text(attributes.partition),
      sortKey: text(attributes.sort),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: attributes.expiresAt,
      deletionProtection: keep,
      removalPolicy: keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    for (const { name, partition, sort } of Object.values(lists)) {
      this.addGlobalSecondaryIndex({ indexName: name, partitionKey: text(partition), sortKey: text(sort) });
    }
    this.addGlobalSecondaryIndex({
      indexName: rankedList.name,
      partitionKey: text(rankedList.partition),
      sortKey: text(rankedList.sort),
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.addGlobalSecondaryIndex({
      indexName: dueIndex.name,
      partitionKey: text(dueIndex.partition),
      sortKey: { name: dueIndex.sort, type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...dueIndex.includes],
    });
  }
}
