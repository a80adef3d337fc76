import { describe, expect, it } from '@jest/globals';
import { Duration } from 'aws-cdk-lib';
import { AppFunction } from '../../../infra/constructs/app-function.ts';
import { only, templateOf, type Policy } from '../synthesize.ts';
import { testVariables } from '../variables.ts';

const template = templateOf(
  (scope) =>
    new AppFunction(scope, 'Function', {
      entry: 'api/lambda.ts',
      description: 'A function',
      environment: testVariables,
      timeout: Duration.seconds(29),
    }),
);

describe('a function', () => {
  it('runs on Node 24 and arm64 with the environment that it was given', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 512,
      Timeout: 29,
      Environment: { Variables: testVariables },
    });
  });

  it('writes to logs of its own, which are forgotten after three months', () => {
    const { id: logs } = only(template, 'AWS::Logs::LogGroup');
    template.hasResourceProperties('AWS::Lambda::Function', { LoggingConfig: { LogGroup: { Ref: logs } } });
    template.hasResource('AWS::Logs::LogGroup', {
      Properties: { RetentionInDays: 90 },
      DeletionPolicy: 'Delete',
    });
  });

  it('may do nothing but write those logs', () => {
    const { Properties: policy } = only<Policy>(template, 'AWS::IAM::Policy');
    expect(policy.PolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [only(template, 'AWS::Logs::LogGroup').id, 'Arn'] },
      },
    ]);
    expect(only(template, 'AWS::IAM::Role').Properties).not.toHaveProperty('ManagedPolicyArns');
  });
});
