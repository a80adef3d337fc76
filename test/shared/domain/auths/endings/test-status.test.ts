import { beforeEach, describe, expect, it } from '@jest/globals';
import { showAuth } from '#shared/domain/auths/view.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { applyVerification } from '#shared/domain/umbrellas/apply-verification.ts';
import { setVerification } from '#shared/domain/umbrellas/set-verification.ts';
import { VerificationInput } from '#shared/domain/umbrellas/umbrella.ts';
import { day, start } from '../../../../support/deps.ts';
import { actor, authNow, connectedAuth, countingTokens, umbrella } from '../../../../support/nouns.ts';
import { events, made, renewed, serviceOf, setStage, w } from './stage.ts';

beforeEach(setStage);

describe('the test status of a provider that is known', () => {
  const google = { lifetimeProfile: 'google', auth: { scopes: ['email', 'drive'] } };

  const record = async (umbrellaId: string, input: unknown) => {
    const parsed = VerificationInput.parse(input);
    await setVerification(w.deps, { by: actor(w), umbrellaId, input: parsed, ifMatch: undefined });
    await applyVerification(w.deps, { organizationId: w.organizationId, umbrellaId });
  };

  it('ends auths after the life of its profile where the umbrella says none', async () => {
    const { id: umbrellaId } = await umbrella(w, { verification: { status: 'demo' } });
    const auth = await made({ ...google, umbrellaId });
    expect(showAuth(auth, null)).toMatchObject({
      atRisk: true,
      predictedEnd: new Date(start + 7 * day).toISOString(),
      predictedEndReason: 'demo',
      predictionConfidence: 'provider',
    });
  });

  it('ends none that was granted only the scopes of the exception, and flags none', async () => {
    const { id: umbrellaId } = await umbrella(w, { verification: { status: 'demo' } });
    const auth = await made({ ...google, umbrellaId, auth: { scopes: ['email', 'profile'] } });
    expect(auth.atRisk).toBeUndefined();
    expect(auth.prediction).toMatchObject({ reason: 'idle' });
    expect(events('auth.at_risk')).toEqual([]);
  });

  it('goes by what was granted, not by what was asked for', async () => {
    w.http.answers(countingTokens({ scope: 'email' }));
    const { id: umbrellaId } = await umbrella(w, { verification: { status: 'demo' } });
    expect((await made({ ...google, umbrellaId })).atRisk).toBeUndefined();
  });

  it('makes the exception that the umbrella says, before that of the profile', async () => {
    const { id: umbrellaId } = await umbrella(w, {
      verification: { status: 'demo', exceptScopes: ['email', 'drive'] },
    });
    expect((await made({ ...google, umbrellaId })).atRisk).toBeUndefined();
    const other = await made({ ...google, umbrellaId, auth: { scopes: ['profile'] } });
    expect(other.prediction?.reason).toBe('demo');
  });

  it('that turns verified leaves the end of auths already made, also when they are renewed (R45)', async () => {
    const { id: umbrellaId } = await umbrella(w, { verification: { status: 'demo' } });
    const auth = await made({ ...google, umbrellaId });
    await record(umbrellaId, { status: 'verified' });
    await w.clock.advance(day);
    expect(await renewed(auth)).toMatchObject({
      atRisk: { status: 'demo' },
      prediction: { end: start + 7 * day, reason: 'demo' },
    });
    const fresh = await connectedAuth(w, (await serviceOf(auth)) as Service);
    expect([fresh.atRisk, fresh.prediction?.reason]).toEqual([undefined, 'idle']);
  });

  it('of which an exception is recorded later lets go of the auths that it concerns', async () => {
    const { id: umbrellaId } = await umbrella(w, { verification: { status: 'demo' } });
    const auth = await made({ ...google, umbrellaId });
    await record(umbrellaId, { status: 'demo', exceptScopes: ['email', 'drive'] });
    const now = await authNow(w, auth.id);
    expect([now.atRisk, now.demo, now.prediction?.reason]).toEqual([undefined, undefined, 'idle']);
  });
});
