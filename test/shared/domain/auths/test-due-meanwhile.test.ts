import { describe, expect, it } from '@jest/globals';
import { amendAuth } from '#shared/domain/auths/amend.ts';
import { auths } from '#shared/domain/auths/auth.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { tellEnding } from '#shared/domain/auths/tell-ending.ts';
import { testDueAuths } from '#shared/domain/auths/test-due.ts';
import { submitConnect } from '#shared/domain/connect/submit.ts';
import { applyEdit } from '#shared/domain/services/apply-edit.ts';
import type { IncomingResponse } from '#shared/ports.ts';
import { dailyTests, test } from '../../../support/daily-tests.ts';
import { day, hour, otherProcess, start, told } from '../../../support/deps.ts';
import {
  keyedAuth,
  makeAuth,
  oauth2Service,
  opened,
  tokenDocument,
  tokenService,
} from '../../../support/nouns.ts';
import { spoiledService } from '../../../support/poison.ts';
import { edited } from '../../../support/types.ts';
import { answer } from '../../../support/watched.ts';

const { stage, now, run, tries, next, where, refusing } = dailyTests();

describe('a test that meets something else', () => {
  /** Lets something happen while the service has been asked and has not answered. */
  const meanwhile = async (happens: () => Promise<unknown>) => {
    const { promise, resolve } = Promise.withResolvers<IncomingResponse>();
    await stage.w.clock.advance((stage.auth.testAt ?? 0) - stage.w.clock.now());
    const before = tries();
    stage.reply = () => promise;
    const testing = run();
    while (tries() === before) await new Promise((done) => void setImmediate(done));
    stage.reply = () => answer(200);
    await happens();
    resolve(answer(401));
    await testing;
  };

  it('is counted once when it runs twice at once', async () => {
    await meanwhile(async () => {
      refusing();
      await run(stage.auth.id, otherProcess(stage.w.deps));
    });
    expect(await now()).toMatchObject({ failure: { count: 1 } });
    expect(told(stage.w, 'auth.refresh_failed')).toHaveLength(1);
  });

  it('does not judge what was reconnected meanwhile', async () => {
    await meanwhile(async () => {
      const { link } = await opened(stage.w, { serviceId: stage.service.id, authId: stage.auth.id });
      expect((await submitConnect(stage.w.deps, link, { fields: { api_key: 'new' } })).kind).toBe('complete');
    });
    const { state, epoch, failure, testAt = 0 } = await now();
    expect([state, epoch, failure]).toEqual(['active', 2, undefined]);
    expect(testAt).toBeGreaterThan(stage.w.clock.now());
  });

  it('does not bring back what was deleted meanwhile', async () => {
    await meanwhile(() => removeAuth(stage.w.deps, { ...where(), ifMatch: undefined }));
    await expect(now()).rejects.toThrow('gone');
  });

  it('fails with its port, so that the queue tries again, and the others are tested all the same', async () => {
    const other = await keyedAuth(stage.w, stage.service);
    await stage.w.clock.advance(day);
    const broken = otherProcess(stage.w.deps, {
      vault: {
        ...stage.w.deps.vault,
        get: (ref, version) =>
          ref.id === stage.auth.id ? Promise.reject(new Error('down')) : stage.w.deps.vault.get(ref, version),
      },
    });
    await expect(testDueAuths(broken, stage.w.organizationId, [stage.auth.id, other.id])).rejects.toThrow(
      '1 of 2',
    );
    expect((await now()).testAt).toBe(stage.auth.testAt);
    expect((await now(other.id)).tested?.at).toBe(stage.w.clock.now());
  });

  it('comes again in an hour when the credential is not found just now', async () => {
    await stage.w.clock.advance(day);
    const vault = { ...stage.w.deps.vault, get: () => Promise.resolve(undefined) };
    await run(stage.auth.id, otherProcess(stage.w.deps, { vault }));
    expect(await now()).toMatchObject({ state: 'active', testAt: stage.w.clock.now() + hour });
  });

  it('that an error of ours keeps from being judged is told of once, and hides no longer what else is due', async () => {
    await stage.w.clock.advance(day);
    await amendAuth(stage.w.deps, where(), (current) => ({ ...current, alertAt: stage.w.clock.now() }));
    const repair = await spoiledService(stage.w, stage.service);
    await expect(run()).rejects.toThrow('1 of 1');
    expect((await now()).testAt).toBe(stage.w.clock.now() + hour);
    expect(auths.place(await now()).due?.act).toBe('expiry');
    await run();
    await repair();
    expect((await next()).tested).toMatchObject({ ok: true });
  });

  it('leaves the end of a token that nothing renews to the schedule of renewals', async () => {
    const { id: serviceId } = await oauth2Service(stage.w, { test });
    const expiresAt = new Date(start + 3 * hour).toISOString();
    const { id } = await makeAuth(stage.w, { serviceId, credential: { accessToken: 'a', expiresAt } });
    expect((await now(id)).refreshAt).toBe(start + 3 * hour);
    await stage.w.clock.advance(day);
    refusing();
    await run(id);
    expect(await now(id)).toMatchObject({ state: 'active' });
    await tellEnding(stage.w.deps, { ...where(), authId: id });
    expect(auths.place(await now(id)).due?.act).toBe('refresh');
    await refreshDueAuths(stage.w.deps, stage.w.organizationId, { authIds: [id] });
    expect(await now(id)).toMatchObject({ state: 'needs_reconnect', cause: 'absolute_limit' });
  });
});

describe('an edit of the service', () => {
  const edit = async (parts: Readonly<Record<string, unknown>>) => {
    await edited(stage.w, stage.service, tokenDocument(parts));
    await applyEdit(stage.w.deps, { organizationId: stage.w.organizationId, serviceId: stage.service.id });
  };

  it('that brings a test has its auths tested from the next day on', async () => {
    stage.service = await tokenService(stage.w);
    stage.auth = await keyedAuth(stage.w, stage.service);
    await edit({ test });
    const { testAt = 0, revision } = await now();
    expect(testAt).toBeGreaterThan(stage.w.clock.now() + 0.9 * day - 1);
    await edit({ test: { path: '/other' } });
    expect((await now()).revision).toBe(revision);
    expect((await next()).tested?.ok).toBe(true);
  });

  it('that takes the test away ends the tests when the next is due', async () => {
    await edit({});
    const before = tries();
    const left = await next();
    expect([left.testAt, left.state, tries()]).toEqual([undefined, 'active', before]);
    expect(auths.place(left).due).toBeUndefined();
  });
});
