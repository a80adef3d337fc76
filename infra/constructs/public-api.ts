import { Duration, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  type CorsPreflightOptions,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { corsExposed, corsHeaders, corsMaxAge, corsMethods } from '#shared/entry/cors-words.ts';
import type { Route } from '#shared/entry/route.ts';
import { OwnLogs } from './own-logs.ts';

/** The route instead of the path, and no query: links of connect sessions and codes of providers are secrets. */
const accessLog = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    route: '$context.routeKey',
    status: '$context.status',
    bytes: '$context.responseLength',
    milliseconds: '$context.responseLatency',
    error: '$context.error.message',
    integrationError: '$context.integrationErrorMessage',
  }),
);

/** API Gateway answers for the functions here, and by the same words. */
const preflight = (allowOrigins: readonly string[]): CorsPreflightOptions => ({
  allowOrigins: [...allowOrigins],
  allowMethods: corsMethods.map((method) => CorsHttpMethod[method]),
  allowHeaders: [...corsHeaders],
  exposeHeaders: [...corsExposed],
  maxAge: Duration.seconds(corsMaxAge),
});

interface PublicApiProps {
  /** The origins of pages that may call with the tokens of people. */
  readonly corsOrigins?: readonly string[] | undefined;
}

/**
 * The API as a whole. With CORS for the configured origins alone, and never for server keys, which have no business in a
 * browser and are refused there (R50); throttled well below the
 * account's own limit, so that a caller gone wild leaves room for the rest of the account.
 */
export class PublicApi extends Construct {
  /** Where callers reach it, without a slash at its end. */
  readonly url: string;
  private readonly api: HttpApi;

  constructor(scope: Construct, id: string, { corsOrigins = [] }: PublicApiProps = {}) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      createDefaultStage: false,
      description: 'Latchkey',
      ...(corsOrigins.length > 0 && { corsPreflight: preflight(corsOrigins) }),
    });
    this.url = this.api.apiEndpoint;
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: 1000, burstLimit: 1000 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(new OwnLogs(this, 'AccessLogs')),
        format: accessLog,
      },
    });
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Each function authenticates its callers itself, by server keys that only the table knows or by tokens of the configured issuer, and checks the permission that the route names. Pages for persons and the documents of the API are open.',
    });
  }

  /** Sends what comes in on the routes to a function. */
  serve(target: IFunction, routes: readonly Route[]): void {
    const integration = new HttpLambdaIntegration('Integration', target, { scopePermissionToRoute: false });
    for (const { path, method } of routes) {
      this.api.addRoutes({ path, methods: [HttpMethod[method]], integration });
    }
  }
}
