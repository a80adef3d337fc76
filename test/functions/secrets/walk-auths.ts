import { consents, withCode } from './consents.ts';
import { id, word } from './planted-requests.ts';
import type { Planted } from './planted-world.ts';

/** Where the walk goes, and the services that it goes on with. */
export interface Where {
  readonly ws: string;
  readonly acme: string;
  readonly keyed: string;
}

/** Auths of all origins, each read, renewed and used; answers their ids, and what came of the first consent. */
export const walkAuths = async (planted: Planted, { ws, acme, keyed }: Where) => {
  const { send, settle } = planted;
  const [auths, sessions] = [`${ws}/auths`, `${ws}/connect-sessions`];
  const [connect, good] = [consents(planted, { sessions, serviceId: acme }), withCode(planted)];
  const token = await send('POST', auths, {
    serviceId: keyed,
    name: 'Keyed',
    fields: { api_key: `${word}-api-key` },
  });
  const imported = await send('POST', auths, {
    serviceId: acme,
    name: 'Imported',
    fields: { sub: 'eu', pin: `${word}-imported-pin` },
    credential: {
      accessToken: `${word}-imported-access`,
      refreshToken: `${word}-imported-refresh`,
      expiresAt: '2026-03-02T10:00:00Z',
    },
  });
  const first = await connect(good);
  const second = await connect(good, {
    fields: { sub: 'eu', pin: `${word}-given-pin` },
  });
  await connect(good, { environment: 'sandbox' });
  await send('GET', first.page);
  await send('GET', '/oauth/callback', undefined, { query: good(first.state) });
  const ids = [id(token), id(imported), first.authId, second.authId];
  for (const authId of ids) {
    await send('GET', `${auths}/${authId}`);
    await send('POST', `${auths}/${authId}/refresh`);
    await send('POST', `${auths}/${authId}/access-token`);
    await send('GET', `/v1/proxy/${authId}/me`, undefined, { query: 'a=1', headers: { cookie: 'a=1' } });
    await send('POST', `/v1/proxy/${authId}`, 'text');
    await send('POST', `${ws}/http-requests`, { authId, path: '/me', queries: { a: 1 }, answer: 'raw' });
    await send('POST', `${ws}/http-requests`, { authId, path: '/me', acceptStatus: '400-499' });
  }
  await send('POST', `${ws}/http-requests/parse-curl`, {
    curl: `curl https://x:${word}-password@api.acme.example/v2/me?api_key=${word} -u x:${word} -H 'Cookie: a=${word}'`,
  });
  await send('POST', `${ws}/http-requests/parse-curl`, {
    curl: `curl https://api.acme.example/ -d @${word}-file`,
  });
  await settle();
  await send('GET', auths);
  await send('GET', '/v1/auths', undefined, { query: `serviceId=${acme}` });
  await send('GET', '/v1/health-summary');
  for (const history of ['/v1/history', `${ws}/history`])
    for (const path of [history, `${history}/export`]) await send('GET', path);
  await send('POST', `${auths}/restore-set-aside`);
  await send('PATCH', `${auths}/${first.authId}`, { name: 'Renamed' });
  return { ids, first };
};
