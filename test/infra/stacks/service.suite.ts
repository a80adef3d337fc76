import { describe, expect, it } from '@jest/globals';
import { reactions } from '#functions/reactions.ts';
import { nouns, routes } from '#functions/routes.ts';
import { schedules } from '#functions/schedules.ts';
import { environment } from '#shared/config.ts';
import { deployment, only, resources } from '../synthesize.ts';
import { snapshotOf } from '../snapshot.ts';

const { templates, service } = deployment();
const template = templates.service;

interface FunctionProperties {
  readonly Timeout: number;
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
}

const functions = new Map(
  resources<FunctionProperties>(template, 'AWS::Lambda::Function').map(({ Properties, Metadata }) => [
    Metadata!['aws:cdk:path']!.split('/')[1]!,
    Properties,
  ]),
);

describe('the service stack', () => {
  it('has a function for each noun, schedule and reaction, and one that streams', () => {
    const names = [...Object.keys(nouns), ...[...schedules, ...reactions].map(({ name }) => name)];
    expect([...functions.keys()].sort()).toEqual([...names, 'streaming-proxy'].sort());
  });

  it('has an API route for each route in the list, and no other', () => {
    const keys = resources(template, 'AWS::ApiGatewayV2::Route').map(
      ({ Properties }) => Properties['RouteKey'],
    );
    expect(keys.sort()).toEqual(routes.map(({ route: { method, path } }) => `${method} ${path}`).sort());
  });

  it('gives each function all variables that the code reads', () => {
    for (const { Environment } of functions.values()) {
      expect(Object.keys(Environment.Variables).sort()).toEqual(Object.values(environment).sort());
    }
  });

  it('tells functions where they are reached, and opens nothing near them', () => {
    const api = only(template, 'AWS::ApiGatewayV2::Api').id;
    expect(functions.get('connect')?.Environment.Variables).toMatchObject({
      [environment.publicUrl]: { 'Fn::GetAtt': [api, 'ApiEndpoint'] },
      [environment.egressAllow]: '',
      [environment.secretPrefix]: 'latchkey',
      [environment.vault]: 'secret-per-auth',
    });
  });

  it('tells functions where the proxy streams, save the one that does', () => {
    const { id } = only(template, 'AWS::Lambda::Url');
    const told = (name: string) => functions.get(name)?.Environment.Variables[environment.streamingUrl];
    expect(told('proxy')).toEqual({ 'Fn::GetAtt': [id, 'FunctionUrl'] });
    expect(told('streaming-proxy')).toBe('');
  });

  it('says in the environment which vault the deployer chose', () => {
    const chosen = deployment({ vault: 'sealed' }).templates.service;
    chosen.allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: { LATCHKEY_VAULT: 'sealed' } },
    });
  });

  it('lets a function that renews tokens outlive the wait for the renewal of another, two calls of its own and two of the proxy', () => {
    for (const name of ['auths', 'connect', 'proxy', 'streaming-proxy', 'refresh-auths']) {
      expect(functions.get(name)?.Timeout).toBeGreaterThan(75 + 2 * 60 + 2 * 25);
    }
  });

  it('ends all other calls of the API before the API gives up', () => {
    for (const name of ['api', 'keys', 'services', 'subscriptions', 'umbrellas', 'workspaces']) {
      expect(functions.get(name)?.Timeout).toBe(29);
    }
  });

  it('forgets logs after three months', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    template.resourceCountIs('AWS::Logs::LogGroup', functions.size + 1);
  });

  it('says in every alarm what people notice, and who failed', () => {
    const said = resources(template, 'AWS::CloudWatch::Alarm').map(
      ({ Properties }) => Properties['AlarmDescription'],
    );
    expect(said.sort()).toEqual(
      [
        ...schedules.flatMap(({ name, impact }) => [
          `${impact} (${name} failed)`,
          `${impact} (${name} has not run)`,
        ]),
        ...reactions.map(({ name, impact }) => `${impact} (${name} gave up after 5 tries)`),
      ].sort(),
    );
  });

  it('tells the deployer where it is reached and where the first key is', () => {
    expect(Object.keys(template.findOutputs('*'))).toEqual([
      'ApiUrl',
      'StreamingUrl',
      'FirstKey',
      'AlarmTopic',
      'EventBus',
    ]);
    template.hasOutput('FirstKey', { Value: 'latchkey/key/' });
  });

  it('belongs to no account and no region', () => {
    expect(service.environment).toBe('aws://unknown-account/unknown-region');
  });

  it('is as it was', () => {
    expect(snapshotOf(template)).toMatchSnapshot();
  });
});
