import { beforeEach, describe, expect, it } from '@jest/globals';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { openConnect } from '#shared/domain/connect/open.ts';
import { services } from '#shared/domain/services/service.ts';
import { minute, start, world, type World } from '../../../support/deps.ts';
import {
  callback,
  connectedAuth,
  countingTokens,
  oauth2Service,
  opened,
  redirectUri,
} from '../../../support/nouns.ts';

let w: World;

/** A legacy service whose sunset comes in five minutes. */
const ending = async () => {
  const made = await oauth2Service(w);
  const sunsetAt = new Date(start + 5 * minute).toISOString();
  const legacy = { ...made, origin: 'legacy' as const, legacy: { id: 'old-1', sunsetAt } };
  return (await w.deps.store.replace(services, legacy))!;
};

beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
});

describe('a connect session that was opened before the sunset of its service', () => {
  it('R17 makes no auth after it, and spends no code', async () => {
    const { state } = await opened(w, { serviceId: (await ending()).id });
    await w.clock.advance(6 * minute);
    const sent = w.http.requests.length;
    const { session } = (await completeConnect(w.deps, { query: callback(state), redirectUri })) as never;
    expect(session).toMatchObject({ status: 'failed', error: { code: 'service_sunset' } });
    expect(w.http.requests.length).toBe(sent);
  });

  it('R17 shows its page no more', async () => {
    const { link } = await opened(w, { serviceId: (await ending()).id });
    await w.clock.advance(6 * minute);
    await expect(openConnect(w.deps, link)).rejects.toMatchObject({ status: 410, code: 'service_sunset' });
  });

  it('R17 connects again what exists', async () => {
    const service = await ending();
    const auth = await connectedAuth(w, service);
    const { state } = await opened(w, { serviceId: service.id, authId: auth.id });
    await w.clock.advance(6 * minute);
    const { session } = (await completeConnect(w.deps, { query: callback(state), redirectUri })) as never;
    expect(session).toMatchObject({ status: 'complete', authId: auth.id });
  });
});
