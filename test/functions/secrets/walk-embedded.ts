import { tokenDocument } from '../../support/nouns.ts';
import { form, id, pathOf, word } from './planted-requests.ts';
import type { Planted } from './planted-world.ts';

/** Solutions, and an end user who connects, manages and uses the own auths and is forgotten. */
export const walkEmbedded = async ({ send, settle, drawn }: Planted, ws: string): Promise<void> => {
  const keyed = await send('POST', `${ws}/services`, tokenDocument());
  const solution = await send('POST', `${ws}/solutions`, { name: 'Sync', serviceIds: [id(keyed)] });
  const at = `${ws}/solutions/${id(solution)}`;
  await send('POST', `${ws}/solutions`, { name: 'Sync', serviceIds: [] });
  await send('GET', `${ws}/solutions`);
  await send('GET', at);
  await send('PATCH', at, { name: 'Orders' });
  await send('PATCH', at, {});
  await send('POST', `${at}/publish`);
  const opened = await send('POST', `${ws}/end-user-sessions`, { endUserId: 'ada' });
  const as = String(opened.json['token']);
  drawn.set('end user token', as.split('_').at(-1) ?? '');
  await send('POST', `${ws}/end-user-sessions`, { endUserId: 'a b' });
  await send('GET', `${ws}/end-user-sessions`);
  await send('GET', '/v1/end-user/services', undefined, { as });
  const session = await send('POST', '/v1/end-user/connect-sessions', { serviceId: id(keyed) }, { as });
  const page = pathOf(session.json['url']);
  drawn.set(`link ${drawn.size}`, page.slice(page.lastIndexOf('_') + 1));
  await send('POST', page, undefined, form({ api_key: `${word}-own-key` }));
  const connect = `/v1/end-user/connect-sessions/${id(session)}`;
  const own = `/v1/end-user/auths/${String((await send('GET', connect, undefined, { as })).json['authId'])}`;
  await send('GET', '/v1/end-user/auths', undefined, { as });
  for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['DELETE'], ['DELETE']] as const)
    await send(method, own, body, { as });
  // A server key has no auths of its own.
  for (const path of ['services', 'auths', `connect-sessions/${id(session)}`])
    await send('GET', `/v1/end-user/${path}`);
  await send('POST', '/v1/end-user/connect-sessions', { serviceId: id(keyed) });
  for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }]] as const) await send(method, own, body);
  const body = { serviceId: id(keyed), name: 'A', fields: { api_key: `${word}-for-ada` }, endUserId: 'ada' };
  await send('POST', `${ws}/auths`, body);
  await send('GET', `${ws}/end-users`);
  await send('GET', `${ws}/end-users`, undefined, { query: 'limit=0' });
  const receipt = await send('POST', `${ws}/end-users/ada/forget`);
  await send('POST', `${ws}/end-users/a%20b/forget`);
  await settle();
  await send('GET', `${ws}/receipts/${id(receipt)}`);
  await send('GET', `${ws}/receipts/${id(solution).replace('sol', 'rcp')}`);
  const other = await send('POST', `${ws}/end-user-sessions`, { endUserId: 'bob' });
  drawn.set('end user token 2', String(other.json['token']).split('_').at(-1) ?? '');
  for (const path of [`${ws}/end-user-sessions/${id(other)}`, at]) {
    await send('POST', `${path}/unpublish`);
    await send('DELETE', path);
    await send('DELETE', path);
    await send('GET', path);
  }
  for (const act of ['publish', 'unpublish']) await send('POST', `${at}/${act}`);
  const nowhere = `/v1/workspaces/ws_${'0'.repeat(26)}`;
  for (const path of ['solutions', 'end-user-sessions']) await send('GET', `${nowhere}/${path}`);
};
