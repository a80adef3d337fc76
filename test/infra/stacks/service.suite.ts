import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { reactions } from '#functions/reactions.ts';
import { nouns, routes } from '#functions/routes.ts';
import { schedules } from '#functions/schedules.ts';
import { environment } from '#shared/config.ts';
import type { Template } from 'aws-cdk-lib/assertions';
import { deployment, only, resources } from '../synthesize.ts';
import { snapshotOf } from '../snapshot.ts';

const { templates, service, background } = deployment();
const { service: template, background: behind } = templates;

interface FunctionProperties {
  readonly Timeout: number;
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
}

const functionsIn = (stack: Template) =>
  new Map(
    resources<FunctionProperties>(stack, 'AWS::Lambda::Function').map(({ Properties, Metadata }) => [
      Metadata!['aws:cdk:path']!.split('/')[1]!,
      Properties,
    ]),
  );

const answering = functionsIn(template);
const working = functionsIn(behind);
const functions = new Map([...answering, ...working]);

describe('the stacks that run', () => {
  it('have a function for each noun, and one that streams, in the one, for each schedule and reaction in the other', () => {
    expect([...answering.keys()].sort()).toEqual([...Object.keys(nouns), 'streaming-proxy'].sort());
    expect([...working.keys()].sort()).toEqual([...schedules, ...reactions].map(({ name }) => name).sort());
  });

  it('leave room below the 500 resources that CloudFormation takes', () => {
    for (const stack of [templates.data, template, behind])
      expect(Object.keys((stack.toJSON() as { Resources: object }).Resources).length).toBeLessThan(450);
  });

  it('have an API route for each route in the list, and no other', () => {
    const keys = resources(template, 'AWS::ApiGatewayV2::Route').map(
      ({ Properties }) => Properties['RouteKey'],
    );
    expect(keys.sort()).toEqual(routes.map(({ route: { method, path } }) => `${method} ${path}`).sort());
  });

  it('give each function all variables that the code reads', () => {
    for (const { Environment } of functions.values()) {
      expect(Object.keys(Environment.Variables).sort()).toEqual(Object.values(environment).sort());
    }
  });

  it('tell functions where they are reached, and opens nothing near them', () => {
    const api = only(template, 'AWS::ApiGatewayV2::Api').id;
    expect(functions.get('connect')?.Environment.Variables).toMatchObject({
      [environment.publicUrl]: { 'Fn::GetAtt': [api, 'ApiEndpoint'] },
      [environment.egressAllow]: '',
      [environment.secretPrefix]: 'latchkey',
      [environment.vault]: 'secret-per-auth',
    });
  });

  it('tell functions where the proxy streams, save the one that does', () => {
    const { id } = only(template, 'AWS::Lambda::Url');
    const told = (name: string) => functions.get(name)?.Environment.Variables[environment.streamingUrl];
    expect(told('proxy')).toEqual({ 'Fn::GetAtt': [id, 'FunctionUrl'] });
    expect(told('streaming-proxy')).toBe('');
  });

  it('say in the environment which vault the deployer chose', () => {
    const chosen = deployment({ vault: 'sealed' }).templates;
    for (const stack of [chosen.service, chosen.background])
      stack.allResourcesProperties('AWS::Lambda::Function', {
        Environment: { Variables: { LATCHKEY_VAULT: 'sealed' } },
      });
  });

  it('let a function that renews tokens outlive the wait for the renewal of another, two calls of its own and two of the proxy', () => {
    for (const name of ['auths', 'connect', 'proxy', 'streaming-proxy', 'refresh-auths']) {
      expect(functions.get(name)?.Timeout).toBeGreaterThan(75 + 2 * 60 + 2 * 25);
    }
  });

  it('end all other calls of the API before the API gives up', () => {
    for (const name of ['api', 'keys', 'own-auths', 'services', 'subscriptions', 'umbrellas', 'workspaces']) {
      expect(functions.get(name)?.Timeout).toBe(29);
    }
  });

  it('forget logs after three months', () => {
    for (const stack of [template, behind])
      stack.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    // The API has one, too.
    template.resourceCountIs('AWS::Logs::LogGroup', answering.size + 1);
    behind.resourceCountIs('AWS::Logs::LogGroup', working.size);
  });

  it('say in every alarm what people notice, and who failed', () => {
    const said = resources(behind, 'AWS::CloudWatch::Alarm').map(
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

  it('have each function that rings an alarm in the runbook', () => {
    const runbook = readFileSync('docs/runbook.md', 'utf8');
    const unknown = [...schedules, ...reactions].filter(({ name }) => !runbook.includes(`\`${name}\``));
    expect(unknown.map(({ name }) => name)).toEqual([]);
  });

  it('tell the deployer where it is reached and where the first key is', () => {
    const told = Object.keys(template.findOutputs('*')).filter((name) => !name.startsWith('ExportsOutput'));
    expect(told).toEqual(['ApiUrl', 'StreamingUrl', 'FirstKey', 'EventBus']);
    expect(Object.keys(behind.findOutputs('*'))).toEqual(['AlarmTopic']);
    template.hasOutput('FirstKey', { Value: 'latchkey/key/' });
  });

  it('belong to no account and no region', () => {
    for (const { environment: place } of [service, background])
      expect(place).toBe('aws://unknown-account/unknown-region');
  });

  it('are as it was', () => {
    expect(snapshotOf(template)).toMatchSnapshot('service');
    expect(snapshotOf(behind)).toMatchSnapshot('background');
  });
});
