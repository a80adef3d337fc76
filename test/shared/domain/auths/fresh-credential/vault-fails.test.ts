import { beforeEach, describe, expect, it } from '@jest/globals';
import { amendAuth } from '#shared/domain/auths/amend.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { applyEscrow } from '#shared/domain/auths/apply-escrow.ts';
import { escrowKey, escrows } from '#shared/domain/auths/escrow.ts';
import { EscrowDue } from '#shared/domain/auths/due-events.ts';
import { sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { applyEdit } from '#shared/domain/services/apply-edit.ts';
import { Unsealable, type Deps } from '#shared/ports.ts';
import { hour, minute, otherProcess, passing, turns } from '../../../../support/deps.ts';
import { connectedAuth, makeAuth, oauth2Document, oauth2Service } from '../../../../support/nouns.ts';
import { edited } from '../../../../support/types.ts';
import { answer } from '../../../../support/watched.ts';
import {
  bringOn,
  accessToken,
  auth,
  calls,
  held,
  leave,
  now,
  ref,
  refusal,
  service,
  setStage,
  tokens,
  w,
} from './stage.ts';

beforeEach(setStage);

describe('a vault that fails after the provider has answered', () => {
  it('for a moment costs nothing: the answer is kept at the next try', async () => {
    await leave(0);
    let failures = 2;
    const shaky = otherProcess(w.deps, {
      vault: {
        ...w.deps.vault,
        put: (...args) =>
          (failures -= 1) >= 0 ? Promise.reject(new Error('down')) : w.deps.vault.put(...args),
      },
    });
    expect((await passing(w.clock, freshCredential(shaky, ref))).state).toBe('active');
    expect([calls(), await accessToken()]).toEqual([1, 'access-2']);
  });

  const withoutVault = (ports: Partial<Deps> = {}) =>
    otherProcess(w.deps, {
      vault: { ...w.deps.vault, put: () => Promise.reject(new Error('down')) },
      ...ports,
    });

  it('for longer leaves the answer sealed in escrow, where the next who asks finds it: no second call', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    expect(await now()).toMatchObject({
      state: 'failing',
      failure: { code: 'answer_not_kept' },
      attempt: { until: 0 },
    });
    await w.clock.advance(3 * minute);
    await freshCredential(w.deps, ref);
    expect([calls(), await accessToken(), (await now()).state]).toEqual([1, 'access-2', 'active']);
  });

  it('for longer keeps the provider from being called again: its answer is held', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    await w.clock.advance(3 * minute);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    expect(calls()).toBe(1);
  });

  it('and for hours: the provider is not called meanwhile, and the schedule moves what is held when the vault is back', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const { attempt } = await now();
    const held = { ...ref, version: attempt!.id };
    for (let passed = 0; passed < 4 * hour; passed += 10 * minute) {
      await w.clock.advance(10 * minute);
      await expect(freshCredential(withoutVault(), ref)).rejects.toMatchObject({ status: 502 });
      await applyEscrow(withoutVault(), held);
    }
    expect([calls(), (await now()).state]).toEqual([1, 'failing']);
    await w.clock.advance(5 * minute);
    await sweepFromStart(w.deps);
    const asked = w.bus.events.findLast(({ type }) => type === EscrowDue.type)?.data;
    expect(EscrowDue.data.parse(asked)).toEqual({ held: [{ authId: auth.id, version: held.version }] });
    await applyEscrow(w.deps, held);
    await applyEscrow(w.deps, held);
    expect([calls(), await accessToken(), (await now()).state]).toEqual([1, 'access-2', 'active']);
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
  });

  it('shows no token in what is held', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = await w.deps.store.get(escrows, escrowKey({ ...ref, version: (await now()).attempt!.id }));
    expect(held?.sealed.length).toBeGreaterThan(50);
    expect(JSON.stringify(held)).not.toMatch(/access-|refresh-/);
  });

  it('and the sealing key is another meanwhile: what nobody can open is dropped, and the token is spent once more', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = { ...ref, version: (await now()).attempt!.id };
    const rekeyed = otherProcess(w.deps, {
      sealer: { ...w.deps.sealer, open: () => Promise.reject(new Unsealable()) },
    });
    await applyEscrow(rekeyed, held);
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
    await w.clock.advance(3 * minute);
    await freshCredential(rekeyed, ref);
    expect([calls(), (await now()).state]).toEqual([2, 'active']);
  });

  it('and is deleted meanwhile: what is held goes too, and nothing comes into the vault', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = { ...ref, version: (await now()).attempt!.id };
    await removeAuth(w.deps, { ...ref, workspaceId: w.workspaceId, ifMatch: undefined });
    await applyEscrow(w.deps, held);
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
  });

  it('is of no use after a new consent: what is held is dropped', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = { ...ref, version: (await now()).attempt!.id };
    w.http.answers(() => tokens('consent'));
    await connectedAuth(w, service, { authId: auth.id });
    await applyEscrow(w.deps, held);
    expect(await accessToken()).toBe('access-consent');
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
    expect(w.vault.paths().filter((path) => path.includes(held.version))).toEqual([]);
  });

  it('is of no use once an edit has ended the auth: what is held is dropped, though its environment is gone', async () => {
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = { ...ref, version: (await now()).attempt!.id };
    await amendAuth(w.deps, ref, (current) => ({
      ...current,
      environment: 'gone',
      state: 'needs_reconnect',
      cause: 'service_changed',
    }));
    await applyEscrow(w.deps, held);
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
    expect(w.vault.paths().filter((path) => path.includes(held.version))).toEqual([]);
  });

  it('when it cannot be held either, makes the outcome unknown; one more try may still succeed', async () => {
    await leave(0);
    const down = withoutVault({
      store: {
        ...w.deps.store,
        insert: (collection, item) =>
          collection.name === escrows.name
            ? Promise.reject(new Error('down'))
            : w.deps.store.insert(collection, item),
      },
    });
    await expect(passing(w.clock, freshCredential(down, ref))).rejects.toMatchObject({ status: 502 });
    await w.clock.advance(3 * minute);
    await freshCredential(w.deps, ref);
    expect([calls(), (await now()).state]).toEqual([2, 'active']);
  });

  it('but had kept the answer is recovered from it, without another call', async () => {
    await leave(0);
    const lost = otherProcess(w.deps, {
      vault: {
        ...w.deps.vault,
        put: async (...args) => {
          await w.deps.vault.put(...args);
          throw new Error('the answer was lost');
        },
      },
    });
    await expect(passing(w.clock, freshCredential(lost, ref))).rejects.toMatchObject({ status: 502 });
    await w.clock.advance(3 * minute);
    await freshCredential(w.deps, ref);
    expect([calls(), await accessToken()]).toEqual([1, 'access-2']);
  });

  it('while a late winner is on trial ends the look at it, and the trial when the vault is back', async () => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const late = freshCredential(w.deps, ref);
    await turns();
    await w.clock.advance(91_000);
    w.http.answers(() => refusal('invalid_grant'));
    await expect(freshCredential(otherProcess(w.deps), ref)).rejects.toMatchObject({ status: 409 });
    w.http.answers(() => answer(503));
    slow.resolve(tokens('late'));
    await expect(late).rejects.toMatchObject({ status: 409 });
    w.http.answers(() => tokens('proof'));
    for (let count = 0; count < 2; count += 1) {
      await w.clock.advance(3 * minute);
      const looking = freshCredential(withoutVault(), ref, { ahead: true });
      await expect(passing(w.clock, looking)).rejects.toMatchObject({ status: 409 });
    }
    const made = calls();
    await applyEscrow(w.deps, { ...ref, version: (await now()).attempt!.id });
    expect([(await now()).state, await accessToken(), calls()]).toEqual(['active', 'access-proof', made]);
  });

  it('is of no use when an edit has taken the environment away: what is held is dropped, without asking for the service', async () => {
    const parts = oauth2Document({ environments: { sandbox: {} } });
    const other = await oauth2Service(w, parts);
    const expiresAt = new Date(w.clock.now() + hour).toISOString();
    const credential = { accessToken: 'sandbox', refreshToken: 'sandbox', expiresAt };
    bringOn(await makeAuth(w, { serviceId: other.id, environment: 'sandbox', credential }), other);
    await leave(0);
    await expect(passing(w.clock, freshCredential(withoutVault(), ref))).rejects.toMatchObject({
      status: 502,
    });
    const held = { ...ref, version: (await now()).attempt!.id };
    await edited(w, service, oauth2Document());
    await applyEdit(w.deps, { organizationId: w.organizationId, serviceId: service.id });
    await applyEscrow(w.deps, held);
    expect(w.store.keys().filter((key) => key.includes('ESCROW'))).toEqual([]);
    expect(await now()).toMatchObject({ state: 'needs_reconnect', cause: 'service_changed' });
  });
});
