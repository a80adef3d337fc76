import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { nouns } from '#functions/routes.ts';
import { callerSettings } from '#shared/caller-settings.ts';
import type { InfraConfig } from '../config.ts';
import { AppFunction } from '../constructs/app-function.ts';
import { grant } from '../constructs/grants.ts';
import { PublicApi } from '../constructs/public-api.ts';
import { StreamingFunction } from '../constructs/streaming-function.ts';
import { variables, type Variables } from '../environment.ts';
import { rightsOf } from '../rights.ts';
import type { DataStack } from './data.ts';

interface ServiceStackProps {
  readonly config: InfraConfig;
  readonly data: DataStack;
}

/** As long as the API waits. */
const quick = Duration.seconds(29);
/**
 * A call to a token endpoint is waited for longer than the API does, so that the tokens of a late answer are kept: also when it
 * begins after another's renewal was waited for, and is made a second time.
 */
const renewing = Duration.minutes(5);
const renewingNouns: readonly string[] = ['auths', 'connect', 'http-requests', 'proxy'];
/** Lambda's own limit: a large answer takes as long as its reader. */
const streaming = Duration.minutes(15);

/** What answers callers: the API and the streaming URL, one function for each noun, each with its own rights. */
export class ServiceStack extends Stack {
  /** What every function is told, by variable. */
  readonly variables: Variables;

  constructor(scope: Construct, id: string, { config, data }: ServiceStackProps) {
    super(scope, id, { description: 'Latchkey: what answers callers.' });
    const { table, bus, sealingKey } = data;
    const api = new PublicApi(this, 'Api', { corsOrigins: callerSettings(config).corsOrigins });
    const values = {
      table: table.tableName,
      bus: bus.eventBusName,
      vault: config.vault,
      secretPrefix: config.prefix,
      sealingKey: sealingKey.secretArn,
      publicUrl: api.url,
      // Nothing private is a provider here; what is near a function, such as its own credentials, must stay shut.
      egressAllow: '',
      jwtIssuer: config.jwtIssuer,
      jwtAudience: config.jwtAudience,
      jwtJwksUrl: config.jwtJwksUrl,
      jwtUserClaim: config.jwtUserClaim,
      jwtOrganizationClaim: config.jwtOrganizationClaim,
      jwtRoleClaim: config.jwtRoleClaim,
      corsOrigins: config.corsOrigins,
    };
    const give = (target: AppFunction, name: string) => {
      grant(target, rightsOf(name), { table, bus, sealingKey, config });
    };

    const proxy = new StreamingFunction(this, 'streaming-proxy', {
      entry: 'proxy/streaming.ts',
      // Its own address would make it wait for itself, and there is nowhere else to send a caller to.
      environment: variables({ ...values, streamingUrl: '' }),
      description: 'Latchkey: proxy, for large answers',
      timeout: streaming,
      memorySize: 1024,
    });
    give(proxy.function, 'proxy');
    this.variables = variables({ ...values, streamingUrl: proxy.url });

    for (const [noun, routes] of Object.entries(nouns)) {
      const target = new AppFunction(this, noun, {
        entry: `${noun}/lambda.ts`,
        environment: this.variables,
        description: `Latchkey: ${noun}`,
        timeout: renewingNouns.includes(noun) ? renewing : quick,
        memorySize: 1024,
      });
      give(target, noun);
      api.serve(target, Object.values(routes));
    }

    this.tell('ApiUrl', api.url, 'Where Latchkey is reached.');
    this.tell('StreamingUrl', proxy.url, 'The same proxy, for answers of more than 6 MB.');
    this.tell(
      'FirstKey',
      `${config.prefix}/key/`,
      "How the name of the secret begins that holds the first owner's server key, minutes after the first deployment.",
    );
    this.tell('EventBus', bus.eventBusName, 'Where rules of your own hear what happens.');
  }

  private tell(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}
