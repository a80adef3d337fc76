import { walkDepartures } from '../../support/walk-departures.ts';
import { described, id } from './planted-requests.ts';
import type { Planted } from './planted-world.ts';

interface Made {
  readonly ws: string;
  readonly acme: string;
  readonly legacy: string;
  readonly ids: readonly string[];
  readonly first: { readonly authId: string };
  readonly subscription: string;
  readonly keyId: string;
}

/** Moves what is legacy, and deletes all that the walk has made. */
export const walkEndings = async (
  { w, send, settle }: Planted,
  { ws, acme, legacy, ids, first, subscription, keyId }: Made,
): Promise<void> => {
  const [services, auths] = [`${ws}/services`, `${ws}/auths`];
  await send('POST', `${legacy}/move`);
  await send('POST', '/v1/legacy-services/move');
  for (const authId of ids) await send('DELETE', `${auths}/${authId}`);
  for (const path of [`${auths}/${first.authId}`, subscription, `/v1/keys/${keyId}`, `${services}/${acme}`]) {
    await send('DELETE', path);
    await send('DELETE', path);
  }
  const spare = await send('POST', services, described());
  await send('DELETE', `${services}/${id(spare)}`);
  await send('DELETE', `${services}/${id(spare)}`);
  await walkDepartures(w, send);
  await settle();
};
