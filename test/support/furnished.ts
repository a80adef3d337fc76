import { createKey } from '#shared/domain/keys/create.ts';
import { allEnds } from '#shared/domain/learning/ends.ts';
import { members } from '#shared/domain/members/member.ts';
import { memberships } from '#shared/domain/members/membership.ts';
import { summaries } from '#shared/domain/summary/summary.ts';
import { minutesPass } from './departures.ts';
import { subscribed, webhookAt } from './deliveries.ts';
import type { World } from './deps.ts';
import {
  actor,
  connectedAuth,
  countingTokens,
  keyedAuth,
  oauth2Service,
  opened,
  sharedWorkspace,
  tokenService,
  tokenUrl,
  umbrella,
} from './nouns.ts';
import { answer } from './watched.ts';

const revocationUrl = 'https://acme.example/oauth/revoke';

const person = async ({ deps, organizationId }: World, workspaceId: string, userId: string) => {
  const createdAt = deps.clock.now();
  const common = { organizationId, userId, version: 1, createdAt, revision: 0 };
  await deps.store.insert(members, { ...common, role: 'member' as const, outbox: [] });
  await deps.store.insert(memberships, { ...common, workspaceId, role: 'contributor' as const });
};

/** A shared workspace in which something of each kind stands, and an umbrella and a subscription beside it. */
export const furnished = async (w: World, name = 'Team'): Promise<{ readonly workspaceId: string }> => {
  const tokens = countingTokens();
  w.http.answers(({ url }) => (url === tokenUrl ? tokens() : answer(200)));
  const { id: workspaceId } = await sharedWorkspace(w, name);
  const inside = { ...w, workspaceId };
  const { organizationId, deps } = w;
  const { id: umbrellaId } = await umbrella(w, { userCap: 10 });
  await subscribed(w, webhookAt('ops'));
  const acme = await oauth2Service(inside, { umbrellaId, auth: { revocationUrl } });
  await connectedAuth(inside, acme, { endUserId: `eu-${name}` });
  await keyedAuth(inside, await tokenService(inside));
  await opened(inside, { serviceId: acme.id, fields: {} });
  await createKey(deps, { by: actor(w), input: { name: 'Bound', role: 'admin', workspaceId } });
  await person(w, workspaceId, `user-${name}`);
  await deps.store.insert(summaries, { organizationId, workspaceId, outbox: [], revision: 0 });
  await deps.store.insert(allEnds, {
    organizationId,
    serviceId: acme.id,
    environment: 'production',
    tie: 'tie',
    ends: [],
    changedAt: deps.clock.now(),
    revision: 0,
  });
  // History is written, people are counted, deliveries are planned.
  await minutesPass(w, 0, deps);
  return { workspaceId };
};
