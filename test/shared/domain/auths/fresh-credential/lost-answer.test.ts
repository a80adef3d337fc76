import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { HttpFailure } from '#shared/ports.ts';
import { otherProcess, passing, turns } from '../../../../support/deps.ts';
import { connectedAuth, oauth2Service } from '../../../../support/nouns.ts';

import { bringOn, accessToken, calls, heard, held, leave, now, ref, setStage, tokens, w } from './stage.ts';

beforeEach(setStage);

describe('an answer that was lost', () => {
  const reset = () => Promise.reject(new HttpFailure('reset', true));

  /** An auth of a provider that takes a refresh token again for so long after it was spent. */
  const withGrace = async (graceSeconds: number) => {
    const other = await oauth2Service(w, { auth: { refresh: { graceSeconds } } });
    bringOn(await connectedAuth(w, other), other);
    await leave(0);
  };

  it('is asked for once more at once where the provider gives it twice, under an intent marked as again', async () => {
    await withGrace(60);
    const marks: unknown[] = [];
    w.http.answers(async () => {
      marks.push((await now()).attempt?.again);
      return marks.length === 1 ? reset() : tokens('twice');
    });
    await expect(freshCredential(w.deps, ref)).resolves.toMatchObject({ state: 'active' });
    expect([marks, calls(), await accessToken()]).toEqual([[false, true], 2, 'access-twice']);
    expect(heard('auth.refresh_failed')).toEqual([]);
  });

  it('twice is not asked for a third time', async () => {
    await withGrace(3600);
    w.http.answers(reset);
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 502 });
    expect(calls()).toBe(2);
  });

  it('is left to the schedule when the grace is over', async () => {
    await withGrace(30);
    w.http.answers(async () => {
      await w.clock.sleep(31_000);
      return reset();
    });
    await expect(passing(w.clock, freshCredential(w.deps, ref))).rejects.toMatchObject({ status: 502 });
    expect(calls()).toBe(1);
    expect((await now()).attempt).toMatchObject({ again: false, until: 0 });
  });

  it('by the vault alone was heard and is held: the provider is not asked for it again', async () => {
    await withGrace(3600);
    const down = otherProcess(w.deps, {
      vault: { ...w.deps.vault, put: () => Promise.reject(new Error('down')) },
    });
    await expect(passing(w.clock, freshCredential(down, ref))).rejects.toMatchObject({ status: 502 });
    expect([calls(), (await now()).failure?.code]).toEqual([1, 'answer_not_kept']);
  });

  it('is not asked for again for an auth that is being deleted by then', async () => {
    await withGrace(3600);
    const slow = held();
    w.http.answers(() => slow.promise);
    const renewing = freshCredential(w.deps, ref);
    await turns();
    // Its remover is gone before it has emptied the vault.
    const dying = otherProcess(w.deps, {
      vault: { ...w.deps.vault, remove: () => Promise.reject(new Error('gone')) },
    });
    const removal = { ...ref, workspaceId: w.workspaceId, ifMatch: undefined };
    await expect(removeAuth(dying, removal)).rejects.toThrow('gone');
    w.http.answers(() => tokens('late'));
    slow.reject(new HttpFailure('reset', true));
    await expect(renewing).rejects.toMatchObject({ status: 404 });
    expect(calls()).toBe(1);
  });
});
