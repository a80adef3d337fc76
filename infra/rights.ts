import type { Noun } from '#functions/routes.ts';

/** What a function may be given. What each comes to in IAM stands in rules.ts. */
export type Right =
  | 'items:read'
  | 'items:write'
  | 'due:read'
  | `credentials:${SecretAct}`
  | `client-secrets:${SecretAct}`
  | `signing-secrets:${SecretAct}`
  | 'data-keys:destroy'
  | 'sealing-key:read'
  | 'first-key:write'
  | 'events:publish'
  | 'notices:send'
  | 'mail:open'
  | 'mail:close';

type SecretAct = 'read' | 'write' | 'destroy';
type Rights = readonly Right[];

const items: Rights = ['items:read', 'items:write'];
/** Whoever asks a token endpoint keeps the answer first, and destroys it when no auth is there for it. */
const renewal: Rights = [
  ...items,
  // What the vault does not take is held sealed.
  'sealing-key:read',
  'credentials:read',
  'credentials:write',
  'credentials:destroy',
  'client-secrets:read',
  'events:publish',
];

/** Whoever destroys a credential notes first, sealed, what is to be revoked with it. */
const removal: Rights = [
  ...items,
  'credentials:read',
  'credentials:destroy',
  'client-secrets:read',
  'sealing-key:read',
  'events:publish',
];

/** Whoever defines services keeps the secrets of their OAuth applications, and forgets those of a service that came to nothing. */
const describing: Rights = [
  ...items,
  'client-secrets:read',
  'client-secrets:write',
  'client-secrets:destroy',
  'sealing-key:read',
  'events:publish',
];

/**
 * The nouns. The sealing key is for those that keep an answer to repeat it, by `Idempotency-Key`; and whoever is called with a server
 * key notes its use on it, also where all else is only read.
 */
const nouns: Readonly<Record<Noun, Rights>> = {
  api: [],
  auths: renewal,
  catalogue: items,
  connect: renewal,
  definitions: describing,
  connectors: [...items, 'sealing-key:read'],
  'end-user-sessions': [...items, 'sealing-key:read'],
  'end-users': [...items, 'events:publish'],
  history: items,
  'http-requests': renewal,
  keys: [...items, 'sealing-key:read'],
  // Making and renewing are the pages' work: the person goes through a connect session.
  'own-auths': removal,
  'legacy-services': [...items, 'client-secrets:write', 'events:publish'],
  members: [...items, 'events:publish'],
  proxy: renewal,
  organization: [...items, 'sealing-key:read', 'events:publish'],
  services: describing,
  solutions: [...items, 'sealing-key:read'],
  subscriptions: [
    ...items,
    // A test is sent while the caller waits.
    'signing-secrets:read',
    'signing-secrets:write',
    'signing-secrets:destroy',
    'sealing-key:read',
    'notices:send',
    'mail:open',
    'mail:close',
    'events:publish',
  ],
  summary: [...items, 'events:publish'],
  transfers: [...items, 'sealing-key:read'],
  umbrellas: [...items, 'sealing-key:read', 'events:publish'],
  workspaces: [...items, 'sealing-key:read', 'events:publish'],
};

const sweep: Rights = [...items, 'due:read', 'events:publish'];

/** Schedules and reactions. */
const others: Readonly<Record<string, Rights>> = {
  sweep,
  'sweep-from-start': sweep,
  'refresh-auths': renewal,
  'test-auths': [...items, 'credentials:read', 'client-secrets:read', 'events:publish'],
  'tell-endings': [...items, 'events:publish'],
  'tell-service-dates': [...items, 'events:publish'],
  'finish-removals': removal,
  'revoke-grants': [...items, 'sealing-key:read', 'events:publish'],
  'apply-escrows': renewal,
  'settle-sessions': renewal,
  'apply-edits': [...items, 'credentials:read', 'events:publish'],
  'finish-service-removals': [...removal, 'client-secrets:destroy'],
  'finish-member-removals': [...items, 'events:publish'],
  'finish-workspace-removals': [...removal, 'client-secrets:destroy', 'data-keys:destroy'],
  'finish-organization-removals': [
    ...items,
    'signing-secrets:destroy',
    'data-keys:destroy',
    'mail:close',
    'events:publish',
  ],
  'flush-outboxes': [...items, 'events:publish'],
  'apply-verification': [...items, 'events:publish'],
  'learn-lifetimes': [...items, 'events:publish'],
  'count-users': [...items, 'events:publish'],
  'finish-umbrella-removals': [...items, 'events:publish'],
  'forget-end-users': removal,
  'count-auths': [...items, 'events:publish'],
  'record-history': items,
  'plan-deliveries': [...items, 'events:publish'],
  'compose-digests': [...items, 'events:publish'],
  deliver: [...items, 'signing-secrets:read', 'notices:send', 'events:publish'],
  redeliver: [...items, 'events:publish'],
  'forget-signing-secrets': [...items, 'events:publish'],
  'found-organization': [...items, 'first-key:write'],
};

const all: ReadonlyMap<string, Rights> = new Map(Object.entries({ ...nouns, ...others }));

/** What a noun, a schedule or a reaction may do. Throws when nobody has decided on that. */
export const rightsOf = (name: string): Rights => {
  const rights = all.get(name);
  if (!rights) throw new Error(`infra/rights.ts does not say what ${name} may do.`);
  return rights;
};
