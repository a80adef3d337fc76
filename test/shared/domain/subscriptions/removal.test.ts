import { beforeEach, describe, expect, it } from '@jest/globals';
import { getSubscription } from '#shared/domain/subscriptions/get.ts';
import { removeSubscription } from '#shared/domain/subscriptions/remove.ts';
import { renewSigningSecret } from '#shared/domain/subscriptions/rotate.ts';
import type { Deps } from '#shared/ports.ts';
import { subscribed, webhookAt } from '../../../support/deliveries.ts';
import { otherProcess, world, type World } from '../../../support/deps.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const email = { type: 'email', address: 'ops@acme.example' };
const refOf = (subscriptionId: string) => ({ organizationId: w.organizationId, subscriptionId });
const remove = (id: string, { deps = w.deps, ifMatch }: { deps?: Deps; ifMatch?: string } = {}) =>
  removeSubscription(deps, { ...refOf(id), ifMatch });
const signingSecrets = () => w.vault.paths().filter((path) => path.startsWith('subscription/'));

describe('the removal of a subscription', () => {
  it('is of the version that was read', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    await expect(remove(subscription.id, { ifMatch: '"2"' })).rejects.toMatchObject({ status: 412 });
    await remove(subscription.id, { ifMatch: '"1"' });
    await expect(remove(subscription.id)).rejects.toMatchObject({ status: 404 });
    expect(signingSecrets()).toEqual([]);
  });

  it('closes the mailbox that was its own', async () => {
    const { subscription } = await subscribed(w, email);
    await remove(subscription.id);
    expect([...w.notices.mail]).toEqual([]);
  });

  it('that the vault did not take leaves it there, disabled, and is repeated with the same version', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const vault = { ...w.deps.vault, remove: () => Promise.reject(new Error('down')) };
    const deps = otherProcess(w.deps, { vault });
    await expect(remove(subscription.id, { deps, ifMatch: '"1"' })).rejects.toThrow('down');
    expect((await getSubscription(w.deps, refOf(subscription.id))).state).toBe('disabled');
    await remove(subscription.id, { ifMatch: '"1"' });
    await expect(getSubscription(w.deps, refOf(subscription.id))).rejects.toMatchObject({ status: 404 });
    expect(signingSecrets()).toEqual([]);
  });

  it('that did not close the mailbox is repeated', async () => {
    const { subscription } = await subscribed(w, email);
    const notices = { ...w.deps.notices, closeMail: () => Promise.reject(new Error('down')) };
    await expect(remove(subscription.id, { deps: otherProcess(w.deps, { notices }) })).rejects.toThrow(
      'down',
    );
    await remove(subscription.id);
    expect([...w.notices.mail]).toEqual([]);
  });

  it('is not undone by somebody who notes something on it in the same moment', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const renew = () => renewSigningSecret(w.deps, { ...refOf(subscription.id), overlapSeconds: 0 });
    let renewals = 0;
    const noting = {
      ...w.deps.vault,
      remove: async (...args: Parameters<Deps['vault']['remove']>) => {
        await w.deps.vault.remove(...args);
        if (renewals++ === 0) await renew();
      },
    };
    await remove(subscription.id, { deps: otherProcess(w.deps, { vault: noting }) });
    await expect(getSubscription(w.deps, refOf(subscription.id))).rejects.toMatchObject({ status: 404 });
    expect(signingSecrets()).toEqual([]);
  });

  it('keeps no signing secret that is made in the same moment', async () => {
    const { subscription } = await subscribed(w, webhookAt('one'));
    const slow = {
      ...w.deps.vault,
      put: async (...args: Parameters<Deps['vault']['put']>) => {
        await w.deps.vault.put(...args);
        await remove(subscription.id);
        await w.deps.vault.put(...args);
      },
    };
    const renewed = renewSigningSecret(otherProcess(w.deps, { vault: slow }), {
      ...refOf(subscription.id),
      overlapSeconds: 0,
    });
    await expect(renewed).rejects.toMatchObject({ status: 404 });
    expect(signingSecrets()).toEqual([]);
  });
});
