import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CfnResource, Stack, type App } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { readConfig } from '../../infra/config.ts';
import { latchkey } from '../../infra/latchkey.ts';
import { deployment, testApp } from './synthesize.ts';

const config = readConfig(() => undefined);

/** What the checks of a synth say of Latchkey and of what `add` puts beside it. */
const findings = (add: (app: App) => void): string => {
  const app = testApp();
  latchkey(app, config);
  add(app);
  try {
    app.synth();
    return '';
  } catch (error) {
    return String(error);
  }
};

const acknowledgedIn = (settings: Record<string, unknown>) => {
  const { data, service, background } = deployment(settings);
  return [data, service, background].flatMap((stack) =>
    stack.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === 'aws:cdk:acknowledged-rules')
          .flatMap((entry) => Object.entries(entry.data as Record<string, string>)),
      ),
  );
};

describe('the checks of a synth', () => {
  it.each([{}, { vault: 'sealed' }, { keepData: false }, { prefix: 'latchkey-test' }])(
    'find nothing in a deployment with %j',
    (settings) => {
      const { directory } = deployment(settings);
      const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as {
        pluginReports: unknown;
      };
      expect(report.pluginReports).toEqual([]);
    },
  );

  it('refuse a right to everything', () => {
    const found = findings((app) => {
      const role = new Role(new Stack(app, 'Other'), 'Role', {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      });
      role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
    });
    expect(found).toContain('AwsSolutions-IAM5[Action::s3:*]');
    expect(found).toContain('AwsSolutions-IAM5[Resource::*]');
  });

  it('refuse a template that CloudFormation would not take', () => {
    const found = findings((app) => {
      new CfnResource(new Stack(app, 'Other'), 'Queue', {
        type: 'AWS::SQS::Queue',
        properties: { SqsManagedSseEnabled: true, VisibilityTimeout: 'soon' },
      });
    });
    expect(found).toContain('CloudFormation Validate');
  });

  it('are silenced for these rules alone, each time with a reason', () => {
    const acknowledged = [...acknowledgedIn({}), ...acknowledgedIn({ vault: 'sealed' })];
    const secret = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:latchkey';
    expect([...new Set(acknowledged.map(([rule]) => rule.replace('Annotation::', '')))].sort()).toEqual([
      'AwsSolutions-APIG4',
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:events:*:*:event-bus/latchkey-alerts-*]',
      `AwsSolutions-IAM5[Resource::${secret}/auth/*]`,
      `AwsSolutions-IAM5[Resource::${secret}/data-key/*]`,
      `AwsSolutions-IAM5[Resource::${secret}/key/*]`,
      `AwsSolutions-IAM5[Resource::${secret}/service/*]`,
      `AwsSolutions-IAM5[Resource::${secret}/subscription/*]`,
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sns:*:*:latchkey-alerts-*]',
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:latchkey-mail-*]',
      'AwsSolutions-SMG4',
    ]);
    for (const [, reason] of acknowledged) expect(reason).toMatch(/^[A-Z].{40,}\.$/);
  });
});
