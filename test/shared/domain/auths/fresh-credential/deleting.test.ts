import { beforeEach, describe, expect, it } from '@jest/globals';
import { authKey, auths } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { RemovalDue } from '#shared/domain/auths/due-events.ts';
import { sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { finishRemoval, removeAuth } from '#shared/domain/auths/remove.ts';
import type { Deps } from '#shared/ports.ts';
import { otherProcess, turns } from '../../../../support/deps.ts';
import { answer, jsonAnswer } from '../../../../support/watched.ts';
import { auth, heard, held, leave, now, ref, refusal, setStage, tokens, w } from './stage.ts';

beforeEach(setStage);

describe('deleting during a renewal', () => {
  const remove = (deps: Deps) => removeAuth(deps, { ...ref, workspaceId: w.workspaceId, ifMatch: undefined });

  it.each([
    ['tokens', () => tokens('late')],
    ['an answer that cannot be read', () => jsonAnswer(200, { token: 'elsewhere' })],
    ['a refusal', () => refusal('invalid_grant')],
    ['a failure', () => answer(503)],
  ])('leaves nothing in vault or store, whether the answer is %s', async (_, late) => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const renewing = freshCredential(w.deps, ref);
    await turns();
    await remove(otherProcess(w.deps));
    slow.resolve(late());
    await expect(renewing).rejects.toMatchObject({ status: 404 });
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    await w.clock.advance(91_000);
    await finishRemoval(w.deps, ref);
    expect(w.store.keys().filter((key) => key.includes(auth.id))).toEqual([]);
  });

  it('empties the vault once more when the lease has ended, for a holder that died after it had kept its answer', async () => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const dying = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        // It is gone before it looks whether the auth is still there.
        get: (collection, key) =>
          w.vault.paths().length > 2 ? Promise.reject(new Error('gone')) : w.deps.store.get(collection, key),
      },
    });
    const renewing = freshCredential(dying, ref);
    await turns();
    await remove(otherProcess(w.deps));
    const emptied = w.vault.paths().filter((path) => path.startsWith('auth/'));
    slow.resolve(tokens('late'));
    await renewing.catch(() => undefined);
    expect(emptied).toEqual([]);
    const marked = await w.deps.store.get(auths, authKey(w.organizationId, auth.id));
    expect(marked?.state).toBe('deleting');
    await w.clock.advance(91_000);
    await sweepFromStart(w.deps);
    const { authIds } = RemovalDue.data.parse(
      w.bus.events.findLast(({ type }) => type === RemovalDue.type)?.data,
    );
    expect(authIds).toEqual([auth.id]);
    await finishRemoval(w.deps, ref);
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    expect(w.store.keys().filter((key) => key.includes(auth.id))).toEqual([]);
  });

  it('leaves nothing when the answer is kept between the emptying of the vault and the end of the removal', async () => {
    await leave(0);
    const slow = held();
    w.http.answers(() => slow.promise);
    const renewing = freshCredential(w.deps, ref);
    await turns();
    const pause = Promise.withResolvers<undefined>();
    const removing = remove(
      otherProcess(w.deps, {
        store: {
          ...w.deps.store,
          remove: async (collection, item) => {
            await pause.promise;
            return w.deps.store.remove(collection, item);
          },
        },
      }),
    );
    await turns();
    slow.resolve(tokens('late'));
    await expect(renewing).rejects.toMatchObject({ status: 404 });
    pause.resolve(undefined);
    await removing;
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
  });

  it('that stopped half way is finished by the sweep, and finishing it again does nothing', async () => {
    const dying = otherProcess(w.deps, {
      vault: { ...w.deps.vault, remove: () => Promise.reject(new Error('gone')) },
    });
    await expect(remove(dying)).rejects.toThrow('gone');
    expect((await now()).state).toBe('deleting');
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 404 });
    await finishRemoval(w.deps, ref);
    await finishRemoval(w.deps, ref);
    expect(await w.deps.store.get(auths, authKey(w.organizationId, auth.id))).toBeUndefined();
    expect(w.vault.paths().filter((path) => path.startsWith('auth/'))).toEqual([]);
    expect(heard('auth.deleted')).toHaveLength(1);
  });
});
