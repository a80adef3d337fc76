import { beforeEach, describe, expect, it } from '@jest/globals';
import { showAuth } from '#shared/domain/auths/view.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { day, start } from '../../../../support/deps.ts';
import { authNow, connectedAuth } from '../../../../support/nouns.ts';
import { events, learn, made, renewed, serviceOf, setStage, until, w } from './stage.ts';

beforeEach(setStage);

describe('an age at which other auths ended', () => {
  it('is the end of the auths made and renewed since, marked as learned, until they outlive it', async () => {
    const auth = await made();
    await learn(auth, 10);
    const later = await connectedAuth(w, (await serviceOf(auth)) as Service);
    expect(showAuth(later, null)).toMatchObject({
      predictedEnd: new Date(start + 10 * day).toISOString(),
      predictedEndReason: 'learned',
      predictionConfidence: 'learned',
    });
    expect((await renewed(auth)).prediction?.reason).toBe('learned');
    await until(auth, start + 11 * day);
    expect(events('auth.expired')).toHaveLength(1);
    expect(await authNow(w, auth.id)).toMatchObject({ state: 'active' });
    expect((await authNow(w, auth.id)).prediction).toBeUndefined();
  });
});
