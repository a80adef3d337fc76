import { createKey } from '#shared/domain/keys/create.ts';
import { members } from '#shared/domain/members/member.ts';
import type { Answered, Sent } from './api.ts';
import { anotherOrganization } from './departures.ts';
import type { World } from './deps.ts';
import { actor } from './nouns.ts';

type Send = (
  method: string,
  path: string,
  body?: unknown,
  parts?: Partial<Sent> & { as?: string },
) => Promise<Answered>;

const zeros = '0'.repeat(26);

/** Removes a person, a workspace and an organization over the routes, each once with success and once without. */
export const walkDepartures = async (w: World, send: Send): Promise<void> => {
  const { organizationId, deps } = w;
  const userId = 'leaver';
  const common = { organizationId, userId, version: 1, createdAt: w.clock.now(), outbox: [], revision: 0 };
  await deps.store.insert(members, { ...common, role: 'member' });
  for (let round = 0; round < 2; round += 1) await send('DELETE', `/v1/members/${userId}`);
  const made = await send('POST', '/v1/workspaces', { name: 'Gone', kind: 'shared' });
  const workspace = `/v1/workspaces/${made.json['id'] as string}`;
  for (let round = 0; round < 2; round += 1)
    await send('DELETE', workspace, undefined, { query: 'force=true' });
  await send('GET', '/v1/workspace-removals');
  await send('GET', '/v1/workspace-removals', undefined, { query: 'cursor=x' });
  await send('GET', `/v1/workspace-removals/${made.json['id'] as string}`);
  await send('GET', `/v1/workspace-removals/ws_${zeros}`);
  const own = await anotherOrganization(w);
  const { text } = await createKey(deps, { by: actor(own), input: { name: 'Own', role: 'owner' } });
  await send('DELETE', '/v1/organization', undefined, { query: 'confirm=x' });
  const query = `confirm=${own.organizationId}`;
  await send('DELETE', '/v1/organization', undefined, { query, as: text.reveal() });
  await send('GET', `/v1/organization-removals/${own.organizationId}`);
  await send('GET', `/v1/organization-removals/org_${zeros}`);
};
