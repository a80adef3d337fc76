import { beforeEach, describe, expect, it } from '@jest/globals';
import { day, hour, start } from '../../../../support/deps.ts';
import { authNow, umbrella } from '../../../../support/nouns.ts';
import { events, made, refused, renewed, seconds, setStage, until, w } from './stage.ts';

beforeEach(setStage);

describe('an end that an auth has outlived', () => {
  const outliving = async () => {
    const { id } = await umbrella(w, { verification: { status: 'demo', authLifetimeSeconds: seconds(7) } });
    const auth = await made({ umbrellaId: id, lifetime: { consentSeconds: seconds(90) } });
    await until(auth, start + 30 * day);
    expect(events('auth.expired').map(({ data }) => data['reason'])).toEqual(['demo']);
    return auth;
  };

  it('is not the cause of what happens long after', async () => {
    const auth = await outliving();
    w.http.answers(refused);
    expect(await renewed(auth)).toMatchObject({ state: 'needs_reconnect', cause: 'revoked' });
  });

  it('hides no later one', async () => {
    const auth = await outliving();
    await until(auth, start + 89 * day + hour);
    const later = events('auth.expiring').filter(({ data }) => data['reason'] === 'consent');
    expect(later.map(({ data }) => Number(data['leadSeconds']) / 86_400)).toEqual([14, 7, 3, 1]);
    expect(events('auth.expired')).toHaveLength(1);
    w.http.answers(refused);
    await until(auth, start + 91 * day);
    expect(await authNow(w, auth.id)).toMatchObject({ cause: 'consent_limit' });
    expect(events('auth.expired').map(({ data }) => data['reason'])).toEqual(['demo', 'consent']);
  });
});
