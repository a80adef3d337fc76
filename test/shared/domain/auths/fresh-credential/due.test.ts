import { beforeEach, describe, expect, it } from '@jest/globals';
import { amendAuth } from '#shared/domain/auths/amend.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { day, hour, otherProcess, passing, start } from '../../../../support/deps.ts';
import { authNow, connectedAuth } from '../../../../support/nouns.ts';
import { auth, calls, now, ref, service, setStage, w } from './stage.ts';

beforeEach(setStage);

describe('renewing what is due', () => {
  it('goes on with the others when one is refused, gone or over', async () => {
    const second = await connectedAuth(w, service);
    await w.clock.advance(hour);
    const gone = auth.id.replace(/.$/, 'z');
    await passing(
      w.clock,
      refreshDueAuths(w.deps, w.organizationId, { authIds: [gone, auth.id, second.id] }),
    );
    expect([
      (await now()).credential.version,
      (await authNow(w, second.id)).credential.version,
    ]).not.toContain(auth.credential.version);
  });

  it('is harmless for those that are not due', async () => {
    await refreshDueAuths(w.deps, w.organizationId, { authIds: [auth.id] });
    expect(calls()).toBe(0);
  });

  it('is harmless for one that nobody uses: its token is over, and its time has not come', async () => {
    await amendAuth(w.deps, ref, (current) => ({ ...current, refreshAt: start + day }));
    await w.clock.advance(2 * hour);
    await refreshDueAuths(w.deps, w.organizationId, { authIds: [auth.id] });
    expect(calls()).toBe(0);
    await freshCredential(w.deps, ref);
    expect(calls()).toBe(1);
  });

  it('rejects when a port failed, after the others were done', async () => {
    const second = await connectedAuth(w, service);
    await w.clock.advance(hour);
    const broken = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        get: (collection, key) =>
          key.partition.includes(auth.id)
            ? Promise.reject(new Error('down'))
            : w.deps.store.get(collection, key),
      },
    });
    await expect(
      passing(w.clock, refreshDueAuths(broken, w.organizationId, { authIds: [auth.id, second.id] })),
    ).rejects.toThrow(AggregateError);
    expect((await authNow(w, second.id)).credential.version).not.toBe(second.credential.version);
  });
});
