import { beforeEach, describe, expect, it } from '@jest/globals';
import { tellEnding } from '#shared/domain/auths/tell-ending.ts';
import { services } from '#shared/domain/services/service.ts';
import { showService } from '#shared/domain/services/view.ts';
import { day, start } from '../../../../support/deps.ts';
import { makeAuth, oauth2Service } from '../../../../support/nouns.ts';
import { leadsTold, made, ref, renewed, seconds, serviceOf, setStage, w } from './stage.ts';

beforeEach(setStage);

describe('the lifetime of a service', () => {
  it('is that of the environment of the auth', async () => {
    const sandbox = { lifetime: { consentSeconds: seconds(3) }, auth: { clientId: 'b', clientSecret: 'b' } };
    const { id: serviceId } = await oauth2Service(w, {
      lifetime: { consentSeconds: seconds(300) },
      environments: { sandbox },
    });
    const credential = { accessToken: 'a', refreshToken: 'r' };
    const live = await makeAuth(w, { serviceId, credential });
    const tried = await makeAuth(w, { serviceId, credential, environment: 'sandbox' });
    expect(live.prediction?.end).toBe(start + 300 * day);
    expect(tried.prediction?.end).toBe(start + 3 * day);
  });

  it('is taken up at the next renewal when it is edited', async () => {
    const auth = await made({ lifetime: { consentSeconds: seconds(300) } });
    const service = (await serviceOf(auth))!;
    const definition = { ...service.definition, lifetime: { consentSeconds: seconds(20) } };
    await w.deps.store.replace(services, { ...service, definition });
    await w.clock.advance(8 * day);
    expect((await renewed(auth)).prediction?.end).toBe(start + 20 * day);
    await tellEnding(w.deps, ref(auth.id));
    expect(leadsTold()).toEqual([14]);
    await renewed(auth);
    await tellEnding(w.deps, ref(auth.id));
    expect(leadsTold()).toEqual([14]);
  });

  it.each([
    ['a profile that there is none of', { lifetimeProfile: 'acme' }, 'lifetimeProfile'],
    [
      'one in an environment',
      { environments: { sandbox: { lifetimeProfile: 'acme' } } },
      'environments.sandbox.lifetimeProfile',
    ],
  ])('is warned of with %s, the field named', async (_, parts, path) => {
    expect(showService(await oauth2Service(w, parts))['warnings']).toEqual([
      expect.objectContaining({ code: 'unknown_lifetime_profile', path }),
    ]);
  });
});
