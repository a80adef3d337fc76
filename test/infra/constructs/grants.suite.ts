import { describe, expect, it } from '@jest/globals';
import { Duration } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { AppFunction } from '../../../infra/constructs/app-function.ts';
import { grant } from '../../../infra/constructs/grants.ts';
import { ItemTable } from '../../../infra/constructs/item-table.ts';
import type { InfraConfig } from '../../../infra/config.ts';
import type { Right } from '../../../infra/rights.ts';
import { allowedBy } from '../allowed.ts';
import { only, templateOf, type Policy } from '../synthesize.ts';
import { testVariables } from '../variables.ts';

const allowed = (right: Right, vault: InfraConfig['vault'] = 'secret-per-auth') => {
  const template = templateOf((scope) => {
    const target = new AppFunction(scope, 'Function', {
      entry: 'api/lambda.ts',
      description: 'A function',
      environment: testVariables,
      timeout: Duration.seconds(29),
    });
    grant(target, [right], {
      table: new ItemTable(scope, 'Table', { keep: true }),
      bus: new EventBus(scope, 'Bus'),
      sealingKey: new Secret(scope, 'SealingKey'),
      config: { prefix: 'latchkey', vault },
    });
  });
  return allowedBy(only<Policy>(template, 'AWS::IAM::Policy').Properties);
};

const secret = 'arn:<Partition>:secretsmanager:<Region>:<AccountId>:secret:latchkey';

describe('a right', () => {
  it.each<[Right, readonly string[]]>([
    [
      'items:read',
      [
        'dynamodb:GetItem <Table>',
        'dynamodb:Query <Table>',
        'dynamodb:Query <Table>/index/grouped',
        'dynamodb:Query <Table>/index/listed',
        'dynamodb:Query <Table>/index/ranked',
      ],
    ],
    ['items:write', ['dynamodb:DeleteItem <Table>', 'dynamodb:PutItem <Table>']],
    ['due:read', ['dynamodb:Query <Table>/index/due']],
    ['credentials:read', [`secretsmanager:GetSecretValue ${secret}/auth/*`]],
    [
      'credentials:write',
      [`secretsmanager:CreateSecret ${secret}/auth/*`, `secretsmanager:PutSecretValue ${secret}/auth/*`],
    ],
    ['credentials:destroy', [`secretsmanager:DeleteSecret ${secret}/auth/*`]],
    ['client-secrets:read', [`secretsmanager:GetSecretValue ${secret}/service/*`]],
    [
      'client-secrets:write',
      [
        `secretsmanager:CreateSecret ${secret}/service/*`,
        `secretsmanager:PutSecretValue ${secret}/service/*`,
      ],
    ],
    ['client-secrets:destroy', [`secretsmanager:DeleteSecret ${secret}/service/*`]],
    ['signing-secrets:read', [`secretsmanager:GetSecretValue ${secret}/subscription/*`]],
    [
      'signing-secrets:write',
      [
        `secretsmanager:CreateSecret ${secret}/subscription/*`,
        `secretsmanager:PutSecretValue ${secret}/subscription/*`,
      ],
    ],
    ['signing-secrets:destroy', [`secretsmanager:DeleteSecret ${secret}/subscription/*`]],
    ['sealing-key:read', ['secretsmanager:GetSecretValue <SealingKey>']],
    [
      'first-key:write',
      [`secretsmanager:CreateSecret ${secret}/key/*`, `secretsmanager:PutSecretValue ${secret}/key/*`],
    ],
    ['events:publish', ['events:PutEvents <Bus>']],
  ])('%s comes to exactly this', (right, expected) => {
    expect(allowed(right)).toEqual(expected);
  });

  it('to read sealed credentials opens data keys, and the secrets of auths that have not moved yet', () => {
    expect(allowed('credentials:read', 'sealed')).toEqual([
      `secretsmanager:GetSecretValue ${secret}/auth/*`,
      `secretsmanager:GetSecretValue ${secret}/data-key/*`,
    ]);
  });

  it('to write sealed credentials makes data keys, and no secret of an auth any more', () => {
    expect(allowed('credentials:write', 'sealed')).toEqual([
      `secretsmanager:CreateSecret ${secret}/data-key/*`,
    ]);
  });

  it('to destroy sealed credentials destroys what is left of before the move, and no data key', () => {
    expect(allowed('credentials:destroy', 'sealed')).toEqual([
      `secretsmanager:DeleteSecret ${secret}/auth/*`,
    ]);
  });
});
