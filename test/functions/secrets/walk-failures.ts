import { hour } from '../../support/deps.ts';
import { consents, withCode } from './consents.ts';
import { word } from './planted-requests.ts';
import type { Planted } from './planted-world.ts';
import type { Where } from './walk-auths.ts';

interface Auths {
  readonly ids: readonly string[];
  readonly first: { readonly authId: string };
}

/**
 * Everything that can go wrong at the provider, for consents, renewals and proxied calls alike; answers what came of the consent that
 * ends it.
 */
export const walkFailures = async (planted: Planted, { ws, acme }: Where, { ids, first }: Auths) => {
  const { send, settle, live, provider } = planted;
  const [auths, sessions] = [`${ws}/auths`, `${ws}/connect-sessions`];
  const [connect, good] = [consents(planted, { sessions, serviceId: acme }), withCode(planted)];
  provider.mode = 'rotated';
  await send('POST', `${auths}/${first.authId}/refresh`);
  await connect(good);
  await settle();
  await send('GET', `${ws}/services/${acme}`);

  for (const next of ['html', 'application', 'broken', 'unknown', 'cut', 'refused'] as const) {
    provider.mode = next;
    await connect(good);
    await connect((state) => `state=${state}&error=access_denied&error_description=${word}-description`);
    await connect((state) => `state=${state}&code=${word}-a&code=${word}-b`);
    await connect(good, { authId: first.authId });
    for (const authId of ids.slice(1)) {
      await send('POST', `${auths}/${authId}/refresh`);
      await send('POST', `${auths}/${authId}/access-token`);
      await send('GET', `/v1/proxy/${authId}/me`);
      await send('POST', `${ws}/http-requests`, { authId, path: '/me' });
    }
    await live(3 * hour);
  }
  for (const authId of ids) {
    await send('GET', `${auths}/${authId}`);
    await send('GET', `${auths}/${authId}/history`);
  }
  provider.mode = 'good';
  return connect(good, { authId: first.authId });
};
