import type { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { dueIndex, lists, rankedList } from '#shared/table.ts';
import type { InfraConfig } from './config.ts';
import type { Right } from './rights.ts';

/** What rights are rights to. */
export interface Grantable {
  readonly table: ITable;
  readonly bus: IEventBus;
  readonly sealingKey: ISecret;
  readonly config: Pick<InfraConfig, 'prefix' | 'vault'>;
}

interface Allowed {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

type Rules = Readonly<Record<Right, readonly Allowed[]>>;

const actions = {
  read: ['secretsmanager:GetSecretValue'],
  // A vault's `put` adds a version, and makes the secret when it is the first.
  write: ['secretsmanager:CreateSecret', 'secretsmanager:PutSecretValue'],
  destroy: ['secretsmanager:DeleteSecret'],
} as const;

const itemRules = (table: ITable) => {
  const index = (name: string) => `${table.tableArn}/index/${name}`;
  return {
    'items:read': [
      { actions: ['dynamodb:GetItem'], resources: [table.tableArn] },
      {
        actions: ['dynamodb:Query'],
        resources: [
          table.tableArn,
          ...Object.values({ ...lists, rankedList }).map(({ name }) => index(name)),
        ],
      },
    ],
    'items:write': [{ actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'], resources: [table.tableArn] }],
    'due:read': [{ actions: ['dynamodb:Query'], resources: [index(dueIndex.name)] }],
  };
};

/** Sealed credentials need the data key of their workspace; the secrets from before the move are still read and destroyed. */
const credentialRules = (under: (path: string) => string, { vault }: Grantable['config']) => {
  const resources = [under('auth/*')];
  const dataKeys = [under('data-key/*')];
  const read = { actions: actions.read, resources };
  const destroy = { actions: actions.destroy, resources };
  return vault === 'sealed'
    ? {
        'credentials:read': [read, { actions: actions.read, resources: dataKeys }],
        'credentials:write': [{ actions: ['secretsmanager:CreateSecret'], resources: dataKeys }],
        'credentials:destroy': [destroy],
        'data-keys:destroy': [{ actions: actions.destroy, resources: dataKeys }],
      }
    : {
        'credentials:read': [read],
        'credentials:write': [{ actions: actions.write, resources }],
        'credentials:destroy': [destroy],
        // There are none.
        'data-keys:destroy': [],
      };
};

/**
 * Topics and buses are told whose names begin so, wherever they are: their own policies say whether another account may tell them.
 * A name that nobody chose for this cannot be reached, whatever a subscription says.
 */
const noticeRules = ({ partition, region, account }: Stack, { prefix }: Grantable['config']) => {
  const topics = `arn:${partition}:sns:*:*:${prefix}-alerts-*`;
  const buses = `arn:${partition}:events:*:*:event-bus/${prefix}-alerts-*`;
  const mail = `arn:${partition}:sns:${region}:${account}:${prefix}-mail-*`;
  return {
    'notices:send': [
      { actions: ['sns:Publish'], resources: [topics, mail] },
      { actions: ['events:PutEvents'], resources: [buses] },
      // Whether the recipient has confirmed.
      { actions: ['sns:GetTopicAttributes'], resources: [mail] },
    ],
    'mail:open': [{ actions: ['sns:CreateTopic', 'sns:Subscribe'], resources: [mail] }],
    'mail:close': [{ actions: ['sns:DeleteTopic'], resources: [mail] }],
  };
};

/** What each right comes to in IAM. */
export const rulesOf = (stack: Stack, { table, bus, sealingKey, config }: Grantable): Rules => {
  const under = (path: string) =>
    `arn:${stack.partition}:secretsmanager:${stack.region}:${stack.account}:secret:${config.prefix}/${path}`;
  const clients = [under('service/*')];
  const signing = [under('subscription/*')];
  return {
    ...itemRules(table),
    ...credentialRules(under, config),
    ...noticeRules(stack, config),
    'client-secrets:read': [{ actions: actions.read, resources: clients }],
    'client-secrets:write': [{ actions: actions.write, resources: clients }],
    'client-secrets:destroy': [{ actions: actions.destroy, resources: clients }],
    'signing-secrets:read': [{ actions: actions.read, resources: signing }],
    'signing-secrets:write': [{ actions: actions.write, resources: signing }],
    'signing-secrets:destroy': [{ actions: actions.destroy, resources: signing }],
    'sealing-key:read': [{ actions: actions.read, resources: [sealingKey.secretArn] }],
    'first-key:write': [{ actions: actions.write, resources: [under('key/*')] }],
    'events:publish': [{ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }],
  };
};
