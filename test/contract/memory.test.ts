import { expect, it } from '@jest/globals';
import * as z from 'zod';
import { keySealer } from '#shared/aws/sealer.ts';
import { vaultByKind } from '#shared/aws/vault/by-kind.ts';
import { rootDataKeys } from '#shared/aws/vault/data-keys.ts';
import { movingVault } from '#shared/aws/vault/moving.ts';
import { sealedSecrets, sealedVault } from '#shared/aws/vault/sealed.ts';
import { memoryBus } from '#shared/memory/bus.ts';
import { manualClock } from '#shared/memory/clock.ts';
import { seededRandom } from '#shared/memory/random.ts';
import { memoryStore } from '#shared/memory/store.ts';
import { memoryVault } from '#shared/memory/vault.ts';
import type { Collection } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';
import { describeBus } from './bus.ts';
import { describeSealer } from './sealer.ts';
import { describeStore } from './store.ts';
import { describeVault, newRef, newVersion } from './vault.ts';

const random = seededRandom(42);
const sealedInMemory = () =>
  sealedVault({ store: memoryStore(), dataKey: rootDataKeys(random.bytes(32)), random });

describeStore('in memory', () => Promise.resolve(memoryStore()));
describeStore('in memory with a clock', () =>
  Promise.resolve(memoryStore(manualClock(Date.UTC(2026, 0, 1)))),
);

describeVault('in memory', () => Promise.resolve(memoryVault()));
describeVault('sealed, over the store in memory', () => Promise.resolve(sealedInMemory()));
describeVault('by kind', () =>
  Promise.resolve(vaultByKind({ auth: sealedInMemory(), other: memoryVault() })),
);
describeVault('moving', () => Promise.resolve(movingVault({ to: sealedInMemory(), from: memoryVault() })));

describeSealer('with a key at hand', () => {
  const [key, other] = [random.bytes(32), random.bytes(32)];
  return Promise.resolve({
    here: keySealer({ key: () => Promise.resolve(key), random }),
    there: keySealer({ key: () => Promise.resolve(key), random: seededRandom(1) }),
    stranger: keySealer({ key: () => Promise.resolve(other), random }),
  });
});

describeBus('in memory', () => {
  const bus = memoryBus();
  return Promise.resolve({ bus, published: () => Promise.resolve(bus.events) });
});

it('the store in memory drops what has expired two days late, as the table may', async () => {
  const Ticket = z.object({ revision: z.int(), id: z.string(), expiresAt: z.number() });
  const tickets: Collection<z.infer<typeof Ticket>> = {
    name: 'ticket',
    schema: Ticket,
    place: ({ id, expiresAt }) => ({ key: { partition: 'tickets', sort: id }, expiresAt }),
  };
  const clock = manualClock(0);
  const store = memoryStore(clock);
  await store.insert(tickets, { revision: 0, id: 't', expiresAt: 1000 });
  await clock.advance(48 * 3_600_000);
  expect(await store.get(tickets, { partition: 'tickets', sort: 't' })).toBeDefined();
  await clock.advance(1000);
  expect(await store.get(tickets, { partition: 'tickets', sort: 't' })).toBeUndefined();
});

it('the vault by kind keeps credentials and the secrets of applications apart', async () => {
  const [auth, other] = [memoryVault(), memoryVault()];
  const vault = vaultByKind({ auth, other });
  const version = newVersion();
  const [credential, application, webhook] = [
    newRef({ kind: 'auth' }),
    newRef({ kind: 'service' }),
    newRef({ kind: 'subscription' }),
  ];
  for (const ref of [credential, application, webhook]) await vault.put(ref, version, secret(ref.kind));
  expect((await auth.get(credential, version))?.reveal()).toBe('auth');
  expect(await auth.get(application, version)).toBeUndefined();
  expect((await other.get(application, version))?.reveal()).toBe('service');
  expect((await other.get(webhook, version))?.reveal()).toBe('subscription');
  expect(await other.get(credential, version)).toBeUndefined();
});

it('the sealed vault forgets a version without reading it', async () => {
  const store = memoryStore();
  const vault = (by: typeof store) =>
    sealedVault({ store: by, dataKey: rootDataKeys(random.bytes(32)), random });
  const [ref, old, held] = [newRef(), newVersion(), newVersion()];
  await vault(store).put(ref, old, secret('old'));
  await vault(store).put(ref, held, secret('held'));
  await vault({ ...store, get: () => Promise.reject(new Error('read')) }).forget(ref, old);
  const left = await store.list(sealedSecrets, {
    index: 'own',
    partition: `SEALED#${ref.organizationId}#${ref.workspaceId ?? ''}#${ref.kind}#${ref.id}`,
    limit: 10,
  });
  expect(left.items.map(({ version }) => version)).toEqual([held]);
});
