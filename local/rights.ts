import { AsyncLocalStorage } from 'node:async_hooks';
import type { Deps, VaultRef } from '#shared/ports.ts';
import { rightsOf, type Right } from '../infra/rights.ts';

const running = new AsyncLocalStorage<string>();

/** Runs a function of Latchkey under its name in infra/rights.ts. */
export const runAs = <T>(name: string, run: () => Promise<T>): Promise<T> => running.run(name, run);

const secrets = {
  auth: 'credentials',
  service: 'client-secrets',
  subscription: 'signing-secrets',
} as const;

const rightTo = (act: 'read' | 'write' | 'destroy', { kind }: VaultRef): Right =>
  kind === 'key' ? 'first-key:write' : `${secrets[kind]}:${act}`;

const demand = (right: Right): void => {
  const name = running.getStore();
  if (name !== undefined && !rightsOf(name).includes(right))
    throw new Error(`${name} may not do this on AWS: infra/rights.ts does not give it ${right}.`);
};

const under = async <T>(right: Right, act: () => Promise<T>): Promise<T> => {
  demand(right);
  return act();
};

/**
 * The same ports, which reject what the function that runs could not do on AWS, so that a right that is missing there shows here. What
 * runs under no name may do all.
 */
export const withRights = (deps: Deps): Deps => {
  const { store, vault, sealer, bus, notices } = deps;
  return {
    ...deps,
    store: {
      get: (collection, key) => under('items:read', () => store.get(collection, key)),
      list: (collection, request) => under('items:read', () => store.list(collection, request)),
      insert: (collection, item) => under('items:write', () => store.insert(collection, item)),
      replace: (collection, item) => under('items:write', () => store.replace(collection, item)),
      remove: (collection, item) => under('items:write', () => store.remove(collection, item)),
      due: (request) => under('due:read', () => store.due(request)),
    },
    vault: {
      // On AWS it asks for nothing, or removes an item.
      forget: vault.forget,
      get: (ref, version) => under(rightTo('read', ref), () => vault.get(ref, version)),
      put: (ref, version, value) => under(rightTo('write', ref), () => vault.put(ref, version, value)),
      remove: (ref) => under(rightTo('destroy', ref), () => vault.remove(ref)),
      removeWorkspace: (place) => under('data-keys:destroy', () => vault.removeWorkspace(place)),
    },
    sealer: {
      seal: (purpose, value) => under('sealing-key:read', () => sealer.seal(purpose, value)),
      open: (purpose, sealed) => under('sealing-key:read', () => sealer.open(purpose, sealed)),
    },
    bus: { publish: (events) => under('events:publish', () => bus.publish(events)) },
    notices: {
      ...notices,
      publish: (topicArn, notice) => under('notices:send', () => notices.publish(topicArn, notice)),
      putEvent: (busArn, event) => under('notices:send', () => notices.putEvent(busArn, event)),
      mailConfirmed: (topicArn) => under('notices:send', () => notices.mailConfirmed(topicArn)),
      openMail: (id, address) => under('mail:open', () => notices.openMail(id, address)),
      closeMail: (topicArn) => under('mail:close', () => notices.closeMail(topicArn)),
    },
  };
};
