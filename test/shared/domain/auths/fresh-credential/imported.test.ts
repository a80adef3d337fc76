import { beforeEach, describe, expect, it } from '@jest/globals';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { day, start } from '../../../../support/deps.ts';
import { makeAuth } from '../../../../support/nouns.ts';
import { bringOn, calls, lastForm, ref, service, setStage, w } from './stage.ts';

beforeEach(setStage);

describe('tokens that were obtained elsewhere (R51)', () => {
  const imported = (credential: unknown) =>
    makeAuth(w, { serviceId: service.id, name: 'Imported', credential });

  it.each([1, 7, 300_001, 3_600_003, 86_400_007])('are taken with %d ms left, and renewed', async (left) => {
    bringOn(
      await imported({
        accessToken: 'at',
        refreshToken: 'rt',
        expiresAt: new Date(start + left).toISOString(),
      }),
    );
    await w.clock.advance(left);
    await freshCredential(w.deps, ref);
    expect(lastForm()).toMatchObject({ refresh_token: 'rt' });
  });

  it('without an end are used as they are', async () => {
    bringOn(await imported({ accessToken: 'at' }));
    await w.clock.advance(3650 * day);
    expect((await freshCredential(w.deps, ref)).state).toBe('active');
    expect(calls()).toBe(0);
  });

  it.each(['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z'])(
    'whose end is %s, as many systems write that there is none, have no end',
    async (expiresAt) => {
      const credential = { accessToken: 'a', refreshToken: 'r', expiresAt };
      const { credential: made, refreshAt } = await makeAuth(w, { serviceId: service.id, credential });
      expect([made.accessExpiresAt, refreshAt]).toEqual([undefined, undefined]);
    },
  );
});
