import { beforeEach, describe, expect, it } from '@jest/globals';

import { showService } from '#shared/domain/services/view.ts';
import { day, hour, told } from '../../../../support/deps.ts';
import {
  connectedAuth,
  keyedAuth,
  legacyService,
  oauth2Document,
  opened,
  tokenDocument,
} from '../../../../support/nouns.ts';
import { answer } from '../../../../support/watched.ts';
import { at, heard, leadDays, live, setStage, stormy, w } from './stage.ts';

beforeEach(setStage);

describe('a legacy service', () => {
  const sunsetAt = at(100 * day);
  const legacy = { sunsetAt, message: 'Use Acme CRM of the organization.' };

  it('is told of 90, 30 and 7 days before its sunset and at it, each once', async () => {
    const service = await legacyService(w, legacy);
    await keyedAuth(w, service);
    await live(110 * day, 6 * hour, stormy(5));
    expect(leadDays('service.legacy_sunset')).toEqual([90, 30, 7, 0]);
    expect(heard('service.legacy_sunset')[0]?.data).toEqual({
      serviceId: service.id,
      workspaceId: service.workspaceId,
      sunsetAt,
      leadSeconds: 90 * 86_400,
      message: legacy.message,
      auths: { count: 1, atLeast: false },
      authsUrl: `https://latchkey.example/v1/auths?serviceId=${service.id}`,
    });
  }, 60_000);

  it('warns whoever reads it', async () => {
    const shown = showService(await legacyService(w, legacy));
    expect(shown['warnings']).toEqual([
      {
        code: 'legacy_service',
        path: 'legacy',
        message: `Use Acme CRM of the organization. From ${sunsetAt} on no new auth is made with it.`,
      },
    ]);
    const undated = showService(await legacyService(w, { legacyId: 'old-2' }));
    expect(undated['warnings']).toMatchObject([
      { message: expect.stringMatching(/^This service is a legacy/) },
    ]);
    expect(told(w, 'service.')).toEqual([]);
  });

  it('takes no new auth from its sunset on: 410', async () => {
    const keyed = await legacyService(w, legacy);
    const consented = await legacyService(w, { legacyId: 'old-2', sunsetAt, service: oauth2Document() });
    await w.clock.advance(100 * day - 1);
    await keyedAuth(w, keyed);
    await opened(w, { serviceId: consented.id });
    await w.clock.advance(1);
    const gone = { status: 410, code: 'service_sunset' };
    await expect(keyedAuth(w, keyed)).rejects.toMatchObject({
      ...gone,
      message: expect.stringContaining(legacy.message),
    });
    await expect(opened(w, { serviceId: consented.id })).rejects.toMatchObject(gone);
  });

  it('takes none either when its sunset comes while the provider is asked, and leaves nothing in the vault', async () => {
    const tested = await legacyService(w, {
      sunsetAt,
      service: tokenDocument({ test: { path: '/me' } }),
    });
    await w.clock.advance(100 * day - 1);
    const before = w.vault.paths();
    w.http.answers(async () => {
      await w.clock.advance(1);
      return answer(200);
    });
    await expect(keyedAuth(w, tested)).rejects.toMatchObject({ status: 410, code: 'service_sunset' });
    expect(w.vault.paths()).toEqual(before);
  });

  it('lets auths that exist go on, and be connected again', async () => {
    const service = await legacyService(w, { sunsetAt, service: oauth2Document() });
    const auth = await connectedAuth(w, service);
    await w.clock.advance(101 * day);
    const again = await connectedAuth(w, service, { authId: auth.id });
    expect(again).toMatchObject({ id: auth.id, epoch: 2, state: 'active' });
  });
});
