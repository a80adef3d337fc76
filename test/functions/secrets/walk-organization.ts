import { day } from '../../support/deps.ts';
import { id } from './planted-requests.ts';
import type { Planted } from './planted-world.ts';

/** Keys, organizations, people, workspaces, umbrellas and subscriptions; answers what the rest of the walk goes on with. */
export const walkOrganization = async ({ w, send, drawn }: Planted) => {
  await send('GET', '/health');
  await send('GET', '/openapi.json');
  const made = await send(
    'POST',
    '/v1/keys',
    { name: 'Backend', role: 'contributor' },
    { headers: { 'idempotency-key': 'once' } },
  );
  await send(
    'POST',
    '/v1/keys',
    { name: 'Backend', role: 'contributor' },
    { headers: { 'idempotency-key': 'once' } },
  );
  drawn.set('second key', String(made.json['key']).split('_').at(-1) ?? '');
  await send('GET', '/v1/keys');
  await send('GET', `/v1/keys/${id(made)}`);
  await send('PATCH', `/v1/keys/${id(made)}`, { name: 'Backend 2' });
  const rotated = await send('POST', `/v1/keys/${id(made)}/rotate`, {});
  drawn.set('rotated key', String(rotated.json['key']).split('_').at(-1) ?? '');
  const other = await send('POST', '/v1/organizations', { name: 'Other', externalId: 'tenant-17' });
  drawn.set('organization key', String(other.json['key']).split('_').at(-1) ?? '');
  for (const path of ['', `/${id(other)}`]) await send('GET', `/v1/organizations${path}`);
  await send('PUT', '/v1/members/user-1', { role: 'owner' });
  for (const path of ['', '/user-1']) await send('GET', `/v1/members${path}`);
  const team = await send('POST', '/v1/workspaces', { name: 'Team', kind: 'shared' });
  const ws = `/v1/workspaces/${id(team)}`;
  await send('GET', '/v1/workspaces');
  await send('GET', ws);
  await send('PATCH', ws, { name: 'Team East' });
  await send('PUT', '/v1/personal-workspace');
  await send('PUT', `${ws}/members/user-1`, { role: 'admin' });
  for (const path of ['', '/user-1']) await send('GET', `${ws}/members${path}`);
  for (const user of ['user-1', 'nobody']) await send('DELETE', `${ws}/members/${user}`);
  const over = await send('POST', '/v1/umbrellas', {
    name: 'Acme',
    verification: { status: 'demo', authLifetimeSeconds: 604_800 },
  });
  const umb = `/v1/umbrellas/${id(over)}`;
  for (const path of ['/v1/umbrellas', umb, `${umb}/verification`]) await send('GET', path);
  await send('DELETE', `/v1/umbrellas/${id(await send('POST', '/v1/umbrellas', { name: 'Unused' }))}`);
  await send('PATCH', umb, { userCap: 100 });
  await send('PUT', `${umb}/verification`, { status: 'in_review', authLifetimeSeconds: 604_800 });
  const sub = await send('POST', '/v1/subscriptions', {
    name: 'Operations',
    target: { type: 'webhook', url: 'https://hook.example/in' },
    events: ['auth.*', 'service.*', 'umbrella.*'],
  });
  drawn.set('webhook secret', String(sub.json['secret']).replace('whsec_', ''));
  const subscription = `/v1/subscriptions/${id(sub)}`;
  const gathering = await send('POST', '/v1/subscriptions', {
    name: 'Digests',
    target: { type: 'webhook', url: 'https://hook.example/in' },
    events: ['auth.*'],
    filters: { umbrellaIds: [id(over)] },
    digest: 'daily',
  });
  drawn.set('webhook secret 2', String(gathering.json['secret']).replace('whsec_', ''));
  const today = `daily-${Math.floor(w.clock.now() / day) * day}`;
  return {
    ws,
    workspaceId: id(team),
    umb,
    umbrellaId: id(over),
    subscription,
    subscriptionId: id(sub),
    gathering: id(gathering),
    today,
    keyId: id(made),
    otherId: id(other),
  };
};
