import { tokenDocument } from '../../support/nouns.ts';
import { described, id, word } from './planted-requests.ts';
import type { Planted } from './planted-world.ts';

interface Where {
  readonly ws: string;
  readonly umb: string;
  readonly umbrellaId: string;
}

/** Services with secrets, each made and edited; answers the ids of two. */
export const walkServices = async ({ send }: Planted, { ws, umb, umbrellaId }: Where) => {
  const services = `${ws}/services`;
  const acme = await send('POST', services, described({ umbrellaId }));
  const keyed = await send('POST', services, tokenDocument());
  for (const path of [services, `${services}/${id(acme)}`]) await send('GET', path);
  for (const path of [`${umb}/services`, `${umb}/verification/history`]) await send('GET', path);
  await send('DELETE', umb);
  await send(
    'PUT',
    `${services}/${id(acme)}`,
    described({ umbrellaId, auth: { ...described().auth, clientSecret: `${word}-second-secret` } }),
  );

  await send('PATCH', `${services}/${id(acme)}`, {
    name: 'Acme CRM',
    auth: { clientSecret: `${word}-third-secret` },
  });
  await send('PATCH', `${services}/${id(acme)}`, {
    auth: {
      nextClientSecret: `${word}-next-secret`,
      clientSecretExpiresAt: '2026-03-10T00:00:00Z',
      nextClientSecretExpiresAt: '2026-03-20T00:00:00Z',
    },
  });
  for (const path of ['', '/client-secret']) await send('GET', `${services}/${id(acme)}${path}`);
  return { acme: id(acme), keyed: id(keyed) };
};
