import { beforeEach, describe, expect, it } from '@jest/globals';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { day, world, type World } from '../../../support/deps.ts';
import {
  authNow,
  connectedAuth,
  countingTokens,
  makeAuth,
  oauth2Service,
  tokenUrl,
} from '../../../support/nouns.ts';
import { clientDocument, serviceOf } from '../../../support/types.ts';
import { jsonAnswer } from '../../../support/watched.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

/** An auth whose access token outlives its refresh token. */
const longAccess = async (parts: Readonly<Record<string, unknown>> = {}): Promise<Auth> => {
  w.http.answers(countingTokens({ expires_in: (10 * day) / 1000, refresh_expires_in: 604_800, ...parts }));
  return connectedAuth(w, await oauth2Service(w));
};

const renewals = () => w.http.to(tokenUrl).length - 1;

/** Lets the schedule work until a moment, whenever it has something to do. */
const until = async (id: string, end: number) => {
  for (let round = 0; round < 200; round += 1) {
    const { refreshAt = Infinity } = await authNow(w, id);
    if (refreshAt > end) break;
    await w.clock.advance(Math.max(refreshAt - w.clock.now(), 0));
    await refreshDueAuths(w.deps, w.organizationId, { authIds: [id] });
  }
  await w.clock.advance(Math.max(end - w.clock.now(), 0));
};

describe('an auth whose refresh token ends before its access token', () => {
  it('is renewed at least a tenth of the life of the refresh token before it ends', async () => {
    const { id, credential, refreshAt = Infinity } = await longAccess();
    expect(credential.refreshExpiresAt).toBe(w.clock.now() + 7 * day);
    expect(refreshAt).toBeLessThanOrEqual(w.clock.now() + 6.3 * day);
    expect(refreshAt).toBeGreaterThan(w.clock.now() + 5.6 * day);
    await until(id, w.clock.now() + 30 * day);
    expect((await authNow(w, id)).state).toBe('active');
    expect([4, 5]).toContain(renewals());
  });

  it('is renewed a few times and no more where the provider does not move that end', async () => {
    const { id } = await longAccess();
    w.http.answers(() => jsonAnswer(200, { access_token: 'next', expires_in: (10 * day) / 1000 }));
    await until(id, w.clock.now() + 7 * day);
    expect(renewals()).toBeGreaterThan(0);
    expect(renewals()).toBeLessThan(10);
    const { state, refreshAt = 0, credential } = await authNow(w, id);
    expect(state).toBe('active');
    expect(refreshAt).toBeGreaterThan((credential.accessExpiresAt ?? 0) - day);
  });

  it('is renewed in time although the end of its access token is not known', async () => {
    const { id } = await longAccess({ expires_in: undefined });
    await until(id, w.clock.now() + 30 * day);
    expect(await authNow(w, id)).toMatchObject({ state: 'active' });
    expect([4, 5]).toContain(renewals());
  });

  it('that asks anew instead of spending one takes no notice of that end', async () => {
    w.http.answers(countingTokens({ expires_in: (10 * day) / 1000, refresh_expires_in: 604_800 }));
    const { id: serviceId } = await serviceOf(w, clientDocument());
    expect((await makeAuth(w, { serviceId })).refreshAt).toBeGreaterThan(w.clock.now() + 9 * day);
  });
});
