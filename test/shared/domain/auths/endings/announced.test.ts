import { beforeEach, describe, expect, it } from '@jest/globals';
import { noteUse } from '#shared/domain/auths/note-use.ts';
import { currentService } from '#shared/domain/services/current.ts';
import { day, hour, start } from '../../../../support/deps.ts';
import { authNow, countingTokens, keyedAuth, tokenService } from '../../../../support/nouns.ts';
import { jsonAnswer } from '../../../../support/watched.ts';
import { events, leadsTold, made, refused, seconds, setStage, until, w } from './stage.ts';

beforeEach(setStage);

describe('an end that the provider counts down', () => {
  it('is found out by the first renewal, and each lead time is told once', async () => {
    const end = start + 30 * day;
    w.http.answers(() =>
      countingTokens({ refresh_token_expires_in: Math.floor((end - w.clock.now()) / 1000) })(),
    );
    const auth = await made();
    expect(auth.prediction).toMatchObject({ end, reason: 'announced', moves: true });
    await until(auth, start + day + 2 * hour);
    expect((await authNow(w, auth.id)).prediction).not.toHaveProperty('moves');
    await until(auth, end - hour);
    expect(leadsTold()).toEqual([14, 7, 3, 1]);
    w.http.answers(refused);
    await until(auth, end + day);
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'needs_reconnect', cause: 'absolute_limit' });
    expect(events('auth.expired')).toHaveLength(1);
  });
});

describe('an access token that nothing renews', () => {
  it('is told of as the end of its auth, in proportion to its life', async () => {
    w.http.answers(() => jsonAnswer(200, { access_token: 'only', expires_in: seconds(7) }));
    const auth = await made();
    expect(auth.prediction).toMatchObject({ end: start + 7 * day, reason: 'announced' });
    await until(auth, start + 8 * day);
    expect(events('auth.expiring').map(({ data }) => Number(data['leadSeconds']) / 3600)).toEqual([
      72, 24, 4,
    ]);
    expect(events('auth.expired')).toHaveLength(1);
    expect(await authNow(w, auth.id)).toMatchObject({ cause: 'absolute_limit' });
  });
});

describe('the use of an auth', () => {
  it('moves the idle end of a credential that nothing renews', async () => {
    const service = await tokenService(w, { lifetime: { idleSeconds: seconds(30) } });
    const { id } = await keyedAuth(w, service);
    await w.clock.advance(20 * day);
    const auth = await authNow(w, id);
    await noteUse(w.deps, auth, await currentService(w.deps, auth));
    expect((await authNow(w, id)).prediction).toMatchObject({ end: start + 50 * day, reason: 'idle' });
  });
});
