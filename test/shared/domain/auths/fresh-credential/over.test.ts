import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { day } from '../../../../support/deps.ts';
import { connectedAuth, oauth2Service, umbrella } from '../../../../support/nouns.ts';
import { jsonAnswer } from '../../../../support/watched.ts';
import { bringOn, auth, calls, heard, leave, now, ref, refusal, service, setStage, w } from './stage.ts';

beforeEach(setStage);

describe('an auth that is over', () => {
  it('answers 409 with the way to connect again, and the provider is not called any more', async () => {
    await leave(0);
    w.http.answers(() => refusal('invalid_grant'));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({
      status: 409,
      code: 'needs_reconnect',
    });
    const again = freshCredential(w.deps, ref, { otherThan: auth.credential.version });
    await expect(again).rejects.toMatchObject({
      details: [{ path: `/v1/workspaces/${w.workspaceId}/connect-sessions` }],
    });
    expect(calls()).toBe(1);
    expect(await now()).toMatchObject({ state: 'needs_reconnect', cause: 'revoked' });
    expect(heard('auth.needs_reconnect')).toHaveLength(1);
    expect((await now()).refreshAt).toBeUndefined();
  });

  it('is one whose token has ended and who has nothing to renew it with', async () => {
    w.http.answers(() => jsonAnswer(200, { access_token: 'only', expires_in: 3600 }));
    bringOn(await connectedAuth(w, service));
    await leave(10_000);
    expect((await freshCredential(w.deps, ref)).state).toBe('active');
    await leave(0);
    await expect(freshCredential(w.deps, ref, { ahead: true })).rejects.toMatchObject({ status: 409 });
    expect(await now()).toMatchObject({ state: 'needs_reconnect', cause: 'absolute_limit' });
    expect([calls(), heard('auth.needs_reconnect').length]).toEqual([0, 1]);
  });

  it('near its predicted end is so because of the test status, and hears of its end once (R42, R43)', async () => {
    const demo = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: 7 * 86_400 } });
    const other = await oauth2Service(w, { umbrellaId: demo.id });
    bringOn(await connectedAuth(w, other), other);
    await w.clock.advance(6.5 * day);
    w.http.answers(() => refusal('invalid_grant'));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 409 });
    expect(await now()).toMatchObject({ state: 'needs_reconnect', cause: 'provider_test_status' });
    expect((await now()).alertAt).toBeUndefined();
    expect(heard('auth.expired')).toHaveLength(1);
    expect(heard('auth.needs_reconnect')).toHaveLength(1);
  });

  it('far from its predicted end was revoked (R42)', async () => {
    const demo = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: 7 * 86_400 } });
    const other = await oauth2Service(w, { umbrellaId: demo.id });
    bringOn(await connectedAuth(w, other), other);
    await w.clock.advance(2 * day);
    w.http.answers(() => refusal('invalid_grant'));
    await expect(freshCredential(w.deps, ref)).rejects.toMatchObject({ status: 409 });
    expect((await now()).cause).toBe('revoked');
    expect(heard('auth.expired')).toEqual([]);
  });
});
