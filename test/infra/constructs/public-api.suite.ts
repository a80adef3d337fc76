import { describe, expect, it } from '@jest/globals';
import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { corsExposed, corsHeaders, corsMaxAge, corsMethods } from '#shared/entry/cors-words.ts';
import { route } from '#shared/entry/route.ts';
import { AppFunction } from '../../../infra/constructs/app-function.ts';
import { PublicApi } from '../../../infra/constructs/public-api.ts';
import { only, resources, templateOf } from '../synthesize.ts';
import { testVariables } from '../variables.ts';

const routes = [
  route({ name: 'read', method: 'GET', path: '/v1/things/{thingId}', summary: 'Reads.' }),
  route({ name: 'pass', method: 'ANY', path: '/v1/pass/{path+}', summary: 'Passes.' }),
];

const template = templateOf((scope) => {
  const target = new AppFunction(scope, 'Function', {
    entry: 'api/lambda.ts',
    description: 'A function',
    environment: testVariables,
    timeout: Duration.seconds(29),
  });
  new PublicApi(scope, 'Api').serve(target, routes);
});

interface StageProperties {
  readonly AccessLogSettings: { readonly Format: string };
}

describe('the public API', () => {
  it('has the routes that a function serves, each method as it is', () => {
    const keys = resources(template, 'AWS::ApiGatewayV2::Route').map(
      ({ Properties }) => Properties['RouteKey'],
    );
    expect(keys).toEqual(['GET /v1/things/{thingId}', 'ANY /v1/pass/{path+}']);
  });

  it('sends all routes of a function to it, and may call it for no other API', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Integration', 1);
    template.resourceCountIs('AWS::Lambda::Permission', 1);
    const { id: api } = only(template, 'AWS::ApiGatewayV2::Api');
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'apigateway.amazonaws.com',
      SourceArn: { 'Fn::Join': ['', Match.arrayWith([{ Ref: api }])] },
    });
  });

  it('lets no browser of another origin in, when none is configured', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
  });

  it('lets pages of the configured origins in, with no credentials but those that they send themselves', () => {
    const open = templateOf((scope) => {
      new PublicApi(scope, 'Api', { corsOrigins: ['https://app.acme.example'] });
    });
    const { Properties } = only<{ CorsConfiguration: Record<string, unknown> }>(
      open,
      'AWS::ApiGatewayV2::Api',
    );
    expect(Properties.CorsConfiguration).toEqual({
      AllowOrigins: ['https://app.acme.example'],
      AllowMethods: [...corsMethods],
      AllowHeaders: [...corsHeaders],
      ExposeHeaders: [...corsExposed],
      MaxAge: corsMaxAge,
    });
    expect(corsHeaders).toContain('authorization');
  });

  it('is throttled', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 1000 },
    });
  });

  it('logs the route and never the path, the parameters or the query, which may be secrets', () => {
    const { AccessLogSettings: log } = only<StageProperties>(template, 'AWS::ApiGatewayV2::Stage').Properties;
    expect(Object.values(JSON.parse(log.Format) as Record<string, string>).toSorted()).toEqual([
      '$context.error.message',
      '$context.identity.sourceIp',
      '$context.integrationErrorMessage',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ]);
  });
});
