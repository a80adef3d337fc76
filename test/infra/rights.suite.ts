import { describe, expect, it } from '@jest/globals';
import type { Template } from 'aws-cdk-lib/assertions';
import { reactions } from '#functions/reactions.ts';
import { nouns, routes } from '#functions/routes.ts';
import { schedules } from '#functions/schedules.ts';
import { rightsOf } from '../../infra/rights.ts';
import { allowedBy } from './allowed.ts';
import { deployment, resources, type Policy } from './synthesize.ts';

interface FunctionProperties {
  readonly Role: { readonly 'Fn::GetAtt': readonly [string, 'Arn'] };
}

/** What each function may do, by its name in the stack. */
const rightsIn = (template: Template): ReadonlyMap<string, readonly string[]> => {
  const policies = resources<Policy>(template, 'AWS::IAM::Policy');
  return new Map(
    resources<FunctionProperties>(template, 'AWS::Lambda::Function').map(({ Properties, Metadata }) => {
      const role = Properties.Role['Fn::GetAtt'][0];
      const own = policies.filter((policy) => policy.Properties.Roles.some(({ Ref }) => Ref === role));
      return [
        Metadata!['aws:cdk:path']!.split('/')[1]!,
        own.flatMap((policy) => allowedBy(policy.Properties)).sort(),
      ] as const;
    }),
  );
};

/** By function, over the stacks that hold one. */
const rightsOfAll = (settings: Record<string, unknown>) => {
  const { service, background } = deployment(settings).templates;
  return new Map([...rightsIn(service), ...rightsIn(background)]);
};

const inMode = (vault: string) => rightsOfAll({ vault });
const perAuth = inMode('secret-per-auth');
const sealed = inMode('sealed');

/** A row of a table of secrets: those under a prefix that a function may read, write and destroy. */
const secretsOf = (rights: readonly string[]) => {
  const of = (...acts: readonly string[]) =>
    [
      ...new Set(
        rights
          .filter((line) => acts.some((act) => line.startsWith(`secretsmanager:${act} `)))
          .map((line) => line.replace(/^\S+ (arn:\S+:secret:latchkey\/)?/, '')),
      ),
    ].sort();
  return {
    read: of('GetSecretValue'),
    write: of('CreateSecret', 'PutSecretValue'),
    destroy: of('DeleteSecret'),
  };
};

const nothing = { read: [], write: [], destroy: [] };
const key = '<SealingKey>';

const secretsPerAuth = {
  api: nothing,
  auths: { read: [key, 'auth/*', 'service/*'], write: ['auth/*'], destroy: ['auth/*'] },
  catalogue: nothing,
  connect: { read: [key, 'auth/*', 'service/*'], write: ['auth/*'], destroy: ['auth/*'] },
  definitions: { read: [key, 'service/*'], write: ['service/*'], destroy: ['service/*'] },
  connectors: { ...nothing, read: [key] },
  'end-user-sessions': { ...nothing, read: [key] },
  'end-users': nothing,
  history: nothing,
  'http-requests': { read: [key, 'auth/*', 'service/*'], write: ['auth/*'], destroy: ['auth/*'] },
  keys: { ...nothing, read: [key] },
  'legacy-services': { ...nothing, write: ['service/*'] },
  members: nothing,
  organization: { ...nothing, read: [key] },
  'own-auths': { read: [key, 'auth/*', 'service/*'], write: [], destroy: ['auth/*'] },
  proxy: { read: [key, 'auth/*', 'service/*'], write: ['auth/*'], destroy: ['auth/*'] },
  'streaming-proxy': { read: [key, 'auth/*', 'service/*'], write: ['auth/*'], destroy: ['auth/*'] },
  services: { read: [key, 'service/*'], write: ['service/*'], destroy: ['service/*'] },
  solutions: { ...nothing, read: [key] },
  subscriptions: {
    read: [key, 'subscription/*'],
    write: ['subscription/*'],
    destroy: ['subscription/*'],
  },
  summary: nothing,
  transfers: { ...nothing, read: [key] },
  umbrellas: { ...nothing, read: [key] },
  workspaces: { ...nothing, read: [key] },
  sweep: nothing,
  'sweep-from-start': nothing,
  'refresh-auths': { read: [key, 'auth/*', 'service/*'], write: ['auth/*'], destroy: ['auth/*'] },
  'test-auths': { ...nothing, read: ['auth/*', 'service/*'] },
  'tell-endings': nothing,
  'tell-service-dates': nothing,
  'finish-removals': { read: [key, 'auth/*', 'service/*'], write: [], destroy: ['auth/*'] },
  'revoke-grants': { ...nothing, read: [key] },
  'apply-escrows': { read: [key, 'auth/*', 'service/*'], write: ['auth/*'], destroy: ['auth/*'] },
  'settle-sessions': { read: [key, 'auth/*', 'service/*'], write: ['auth/*'], destroy: ['auth/*'] },
  'apply-edits': { ...nothing, read: ['auth/*'] },
  'finish-service-removals': {
    read: [key, 'auth/*', 'service/*'],
    write: [],
    destroy: ['auth/*', 'service/*'],
  },
  'finish-member-removals': nothing,
  'finish-workspace-removals': {
    read: [key, 'auth/*', 'service/*'],
    write: [],
    destroy: ['auth/*', 'service/*'],
  },
  'finish-organization-removals': { ...nothing, destroy: ['subscription/*'] },
  'flush-outboxes': nothing,
  'apply-verification': nothing,
  'learn-lifetimes': nothing,
  'count-users': nothing,
  'finish-umbrella-removals': nothing,
  'forget-end-users': { read: [key, 'auth/*', 'service/*'], write: [], destroy: ['auth/*'] },
  'count-auths': nothing,
  'record-history': nothing,
  'plan-deliveries': nothing,
  'compose-digests': nothing,
  deliver: { ...nothing, read: ['subscription/*'] },
  redeliver: nothing,
  'forget-signing-secrets': nothing,
  'found-organization': { ...nothing, write: ['key/*'] },
};

const opens = ['auth/*', 'data-key/*', 'service/*'];
const secretsSealed = {
  ...secretsPerAuth,
  auths: { read: [key, ...opens], write: ['data-key/*'], destroy: ['auth/*'] },
  connect: { read: [key, ...opens], write: ['data-key/*'], destroy: ['auth/*'] },
  'http-requests': { read: [key, ...opens], write: ['data-key/*'], destroy: ['auth/*'] },
  'own-auths': { read: [key, ...opens], write: [], destroy: ['auth/*'] },
  'finish-removals': { read: [key, ...opens], write: [], destroy: ['auth/*'] },
  'forget-end-users': { read: [key, ...opens], write: [], destroy: ['auth/*'] },
  'apply-edits': { ...nothing, read: ['auth/*', 'data-key/*'] },
  'finish-service-removals': { read: [key, ...opens], write: [], destroy: ['auth/*', 'service/*'] },
  'finish-workspace-removals': {
    read: [key, ...opens],
    write: [],
    destroy: ['auth/*', 'data-key/*', 'service/*'],
  },
  'finish-organization-removals': { ...nothing, destroy: ['data-key/*', 'subscription/*'] },
  proxy: { read: [key, ...opens], write: ['data-key/*'], destroy: ['auth/*'] },
  'streaming-proxy': { read: [key, ...opens], write: ['data-key/*'], destroy: ['auth/*'] },
  'refresh-auths': { read: [key, ...opens], write: ['data-key/*'], destroy: ['auth/*'] },
  'apply-escrows': { read: [key, ...opens], write: ['data-key/*'], destroy: ['auth/*'] },
  'settle-sessions': { read: [key, ...opens], write: ['data-key/*'], destroy: ['auth/*'] },
  'test-auths': { ...nothing, read: opens },
};

const reads = [
  'dynamodb:GetItem <Table>',
  'dynamodb:Query <Table>',
  'dynamodb:Query <Table>/index/grouped',
  'dynamodb:Query <Table>/index/listed',
  'dynamodb:Query <Table>/index/ranked',
];
const writes = ['dynamodb:DeleteItem <Table>', 'dynamodb:PutItem <Table>'];
const both = [...writes, ...reads].sort();
const due = [...both, 'dynamodb:Query <Table>/index/due'].sort();
const tells = ['events:PutEvents <Bus>'];
const mail = 'latchkey-mail-*';
const notices = [
  'events:PutEvents arn:<Partition>:events:*:*:event-bus/latchkey-alerts-*',
  `sns:GetTopicAttributes arn:<Partition>:sns:<Region>:<AccountId>:${mail}`,
  'sns:Publish arn:<Partition>:sns:*:*:latchkey-alerts-*',
  `sns:Publish arn:<Partition>:sns:<Region>:<AccountId>:${mail}`,
];
const opensMail = ['CreateTopic', 'DeleteTopic', 'Subscribe'].map(
  (act) => `sns:${act} arn:<Partition>:sns:<Region>:<AccountId>:${mail}`,
);
const receives = [
  'sqs:ChangeMessageVisibility <Queue>',
  'sqs:DeleteMessage <Queue>',
  'sqs:GetQueueAttributes <Queue>',
  'sqs:GetQueueUrl <Queue>',
  'sqs:ReceiveMessage <Queue>',
];

const allElse = {
  api: [],
  auths: [...both, ...tells],
  catalogue: both,
  connect: [...both, ...tells],
  definitions: [...both, ...tells],
  connectors: both,
  'end-user-sessions': both,
  'end-users': [...both, ...tells],
  history: both,
  'http-requests': [...both, ...tells],
  keys: both,
  'legacy-services': [...both, ...tells],
  members: [...both, ...tells],
  organization: [...both, ...tells],
  'own-auths': [...both, ...tells],
  proxy: [...both, ...tells],
  'streaming-proxy': [...both, ...tells],
  services: [...both, ...tells],
  solutions: both,
  subscriptions: [...both, ...tells, ...notices, ...opensMail].sort(),
  summary: [...both, ...tells],
  transfers: both,
  umbrellas: [...both, ...tells],
  workspaces: [...both, ...tells],
  sweep: [...due, ...tells],
  'sweep-from-start': [...due, ...tells],
  'refresh-auths': [...both, ...tells, ...receives],
  'test-auths': [...both, ...tells, ...receives],
  'tell-endings': [...both, ...tells, ...receives],
  'tell-service-dates': [...both, ...tells, ...receives],
  'finish-removals': [...both, ...tells, ...receives],
  'revoke-grants': [...both, ...tells, ...receives],
  'apply-escrows': [...both, ...tells, ...receives],
  'settle-sessions': [...both, ...tells, ...receives],
  'apply-edits': [...both, ...tells, ...receives],
  'finish-service-removals': [...both, ...tells, ...receives],
  'finish-member-removals': [...both, ...tells, ...receives],
  'finish-workspace-removals': [...both, ...tells, ...receives],
  'finish-organization-removals': [
    ...both,
    ...tells,
    `sns:DeleteTopic arn:<Partition>:sns:<Region>:<AccountId>:${mail}`,
    ...receives,
  ].sort(),
  'flush-outboxes': [...both, ...tells, ...receives],
  'apply-verification': [...both, ...tells, ...receives],
  'learn-lifetimes': [...both, ...tells, ...receives],
  'count-users': [...both, ...tells, ...receives],
  'finish-umbrella-removals': [...both, ...tells, ...receives],
  'forget-end-users': [...both, ...tells, ...receives],
  'count-auths': [...both, ...tells, ...receives],
  'record-history': [...both, ...receives],
  'plan-deliveries': [...both, ...tells, ...receives],
  'compose-digests': [...both, ...tells, ...receives],
  deliver: [...both, ...tells, ...notices, ...receives].sort(),
  redeliver: [...both, ...tells, ...receives],
  'forget-signing-secrets': [...both, ...tells, ...receives],
  'found-organization': both,
};

const listed = [
  ...Object.keys(nouns),
  'streaming-proxy',
  ...[...schedules, ...reactions].map(({ name }) => name),
].sort();

describe('the rights of functions', () => {
  it('are written down here for each function that there is, and for no other', () => {
    expect([...perAuth.keys()].sort()).toEqual(listed);
    expect(Object.keys(secretsPerAuth).sort()).toEqual(listed);
    expect(Object.keys(allElse).sort()).toEqual(listed);
  });

  it('to secrets are these while each auth has one', () => {
    const found = [...perAuth].map(([name, rights]) => [name, secretsOf(rights)] as const);
    expect(Object.fromEntries(found)).toEqual(secretsPerAuth);
  });

  it('to secrets are these while credentials are sealed', () => {
    const found = [...sealed].map(([name, rights]) => [name, secretsOf(rights)] as const);
    expect(Object.fromEntries(found)).toEqual(secretsSealed);
  });

  it.each([
    ['secret-per-auth', perAuth],
    ['sealed', sealed],
  ])('to all else are these with the vault %s', (_, rights) => {
    const found = [...rights].map(
      ([name, lines]) => [name, lines.filter((line) => !line.startsWith('secretsmanager:'))] as const,
    );
    expect(Object.fromEntries(found)).toEqual(allElse);
  });

  it('know no star but behind the kind of a secret, and behind what the names of those begin with who may be told', () => {
    const starred = [...perAuth.values(), ...sealed.values()].flat().filter((line) => line.includes('*'));
    const kinds = new Set(starred.map((line) => line.replace(/^.*:(secret:|sns:|events:)/, '')));
    expect([...kinds].sort()).toEqual([
      '*:*:event-bus/latchkey-alerts-*',
      '*:*:latchkey-alerts-*',
      '<Region>:<AccountId>:latchkey-mail-*',
      'latchkey/auth/*',
      'latchkey/data-key/*',
      'latchkey/key/*',
      'latchkey/service/*',
      'latchkey/subscription/*',
    ]);
  });

  it('begin with the prefix of the deployment, so that two in one account cannot read each other', () => {
    const others = rightsOfAll({ prefix: 'latchkey-test' });
    const secrets = [...others.values()].flat().filter((line) => line.includes(':secret:'));
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.filter((line) => !line.includes(':secret:latchkey-test/'))).toEqual([]);
  });

  it('let whoever is called with a server key note on it that it is used', () => {
    const called = routes.filter(({ route }) => route.needs !== 'nobody').map(({ noun }) => noun);
    expect(called.length).toBeGreaterThan(0);
    for (const noun of new Set(called))
      expect([noun, rightsOf(noun)]).toContainEqual(expect.arrayContaining(['items:write']));
  });

  it('must be decided for a new function', () => {
    expect(() => rightsOf('a-new-reaction')).toThrow(
      'infra/rights.ts does not say what a-new-reaction may do.',
    );
  });
});
