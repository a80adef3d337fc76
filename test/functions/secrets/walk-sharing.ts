import { id, word } from './planted-requests.ts';
import type { Planted } from './planted-world.ts';

/** Connectors and bundles of one service; answers the id of a connector that was. */
export const walkSharing = async ({ send }: Planted, ws: string, keyed: string): Promise<string> => {
  const connectors = `${ws}/connectors`;
  const orders = await send('POST', connectors, { name: 'Orders', serviceId: keyed });
  for (const path of [connectors, `${connectors}/${id(orders)}`]) await send('GET', path);
  await send('PATCH', `${connectors}/${id(orders)}`, { sharedWith: 'organization' });
  const bundled = await send('POST', `${ws}/exports`, {
    steps: [{ kind: 'connector', connectorId: id(orders), content: { act: 'list' } }],
  });
  await send('POST', `${ws}/exports`, {
    steps: [{ kind: 'http_client', content: { headers: { authorization: `Bearer ${word}-token` } } }],
  });
  const { bundle } = bundled.json;
  await send('POST', `${ws}/imports/check`, { bundle });
  const brought = await send('POST', `${ws}/imports`, { bundle });
  for (const path of [`${ws}/imports`, `${ws}/imports/${id(brought)}`]) await send('GET', path);
  await send('DELETE', `${connectors}/${id(orders)}`);
  await send('DELETE', `${connectors}/${id(orders)}`);
  return id(orders);
};
