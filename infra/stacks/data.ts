import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { eventKinds } from '#shared/domain/events.ts';
import type { InfraConfig } from '../config.ts';
import { EventSchemas } from '../constructs/event-schemas.ts';
import { ItemTable } from '../constructs/item-table.ts';

/** What must outlive every deployment: the items, the key that seals, and the bus that others listen to. */
export class DataStack extends Stack {
  readonly table: ItemTable;
  readonly sealingKey: Secret;
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, { prefix, keepData, eventSchemas }: InfraConfig) {
    super(scope, id, { description: 'Latchkey: what must not be lost.', terminationProtection: keepData });
    const removalPolicy = keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.table = new ItemTable(this, 'Table', { keep: keepData });
    this.sealingKey = new Secret(this, 'SealingKey', {
      description: 'Latchkey: seals what lies in the table for a short time, such as the state of a consent.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy,
    });
    Validations.of(this.sealingKey).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'A new key could not open what the old one sealed. It is replaced by hand, when sessions may be lost.',
    });
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: prefix,
      description: 'Latchkey: what has happened.',
    });
    this.bus.applyRemovalPolicy(removalPolicy);
    if (eventSchemas) new EventSchemas(this, 'Schemas', { registryName: prefix, kinds: eventKinds });
  }
}
