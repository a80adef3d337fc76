import { createConnector } from '#shared/domain/connectors/create.ts';
import { forgetEndUser } from '#shared/domain/end-users/forget.ts';
import { indexAuths } from '#shared/domain/end-users/index-auths.ts';
import { endUserSessions } from '#shared/domain/end-users/session.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { allEnds } from '#shared/domain/learning/ends.ts';
import { members } from '#shared/domain/members/member.ts';
import { memberships } from '#shared/domain/members/membership.ts';
import { countOwner } from '#shared/domain/members/owners.ts';
import { importedRecords } from '#shared/domain/services/legacy/record.ts';
import { createSolution } from '#shared/domain/solutions/create.ts';
import { importRecords } from '#shared/domain/transfers/import-record.ts';
import { claims } from '#shared/domain/workspaces/claim.ts';
import { newId } from '#shared/ids.ts';
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

/** What came after auths and services: what is shared and offered, for whom, and who stands for what. */
const newerKinds = async (
  { deps, organizationId }: World,
  { workspaceId, serviceId, name }: { workspaceId: string; serviceId: string; name: string },
) => {
  const where = { organizationId, workspaceId };
  const by = actor({ organizationId });
  const input = { name: 'Tickets', serviceId, sharedWith: 'organization' as const };
  await createConnector(deps, { by, workspaceId, input });
  await createSolution(deps, { ...where, input: { name: 'Sync', serviceIds: [serviceId] } });
  await deps.store.insert(endUserSessions, {
    ...where,
    id: newId('end-user session', deps),
    endUserId: `eu-${name}`,
    hash: 'hash',
    expiresAt: deps.clock.now() + 3_600_000,
    createdAt: deps.clock.now(),
    revision: 0,
  });
  await indexAuths(deps, where);
  await forgetEndUser(deps, { ...where, endUserId: `gone-${name}` });
  await deps.store.insert(importRecords, {
    ...where,
    id: newId('import', deps),
    digest: 'digest',
    services: [],
    connectors: [],
    steps: 0,
    importedBy: `user-${name}`,
    importedAt: deps.clock.now(),
    revision: 0,
  });
  await deps.store.insert(claims, { ...where, of: `personal#user-${name}`, made: true, revision: 0 });
  await countOwner(deps, { organizationId, userId: `user-${name}` });
  await deps.store.insert(importedRecords, {
    organizationId,
    legacyId: `old-${name}`,
    serviceId,
    createdAt: deps.clock.now(),
    revision: 0,
  });
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
  await newerKinds(w, { workspaceId, serviceId: acme.id, name });
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
