import { describe, expect, it } from '@jest/globals';
import { Duration } from 'aws-cdk-lib';
import { StreamingFunction } from '../../../infra/constructs/streaming-function.ts';
import { only, resources, templateOf } from '../synthesize.ts';
import { testVariables } from '../variables.ts';

const template = templateOf(
  (scope) =>
    new StreamingFunction(scope, 'Streaming', {
      entry: 'proxy/streaming.ts',
      description: 'A function',
      environment: testVariables,
      timeout: Duration.minutes(15),
    }),
);

describe('a streaming function', () => {
  it('answers while it works, to callers that it authenticates itself', () => {
    template.hasResourceProperties('AWS::Lambda::Url', { InvokeMode: 'RESPONSE_STREAM', AuthType: 'NONE' });
  });

  it('is called through its URL alone', () => {
    const permissions = resources(template, 'AWS::Lambda::Permission').map(({ Properties }) => ({
      Action: Properties['Action'],
      through: Properties['FunctionUrlAuthType'] ?? Properties['InvokedViaFunctionUrl'],
    }));
    expect(permissions).toEqual([
      { Action: 'lambda:InvokeFunctionUrl', through: 'NONE' },
      { Action: 'lambda:InvokeFunction', through: true },
    ]);
  });

  it('lets no browser of another origin in', () => {
    expect(only(template, 'AWS::Lambda::Url').Properties).not.toHaveProperty('Cors');
  });
});
