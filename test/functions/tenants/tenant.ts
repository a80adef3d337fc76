import { createConnector } from '#shared/domain/connectors/create.ts';
import { createEndUserSession } from '#shared/domain/end-users/create-session.ts';
import { forgetEndUser } from '#shared/domain/end-users/forget.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { NewSubscription } from '#shared/domain/subscriptions/subscription.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { createSubscription } from '#shared/domain/subscriptions/create.ts';
import { putMembership } from '#shared/domain/members/put-in-workspace.ts';
import { putMember } from '#shared/domain/members/put.ts';
import { createSolution } from '#shared/domain/solutions/create.ts';
import { setStatus } from '#shared/domain/solutions/update.ts';
import { Bundle } from '#shared/domain/transfers/bundle.ts';
import { importBundle } from '#shared/domain/transfers/import.ts';
import { updateOrganization } from '#shared/domain/organization/policy.ts';
import { organizations } from '#shared/domain/workspaces/organization.ts';
import { removeWorkspace } from '#shared/domain/workspaces/remove.ts';
import { workspaces } from '#shared/domain/workspaces/workspace.ts';
import { newId } from '#shared/ids.ts';
import type { World } from '../../support/deps.ts';
import { day } from '../../support/deps.ts';
import { deliveriesNow, happened } from '../../support/deliveries.ts';
import {
  actor,
  connectedAuth,
  keyedAuth,
  legacyService,
  oauth2Service,
  opened,
  sharedWorkspace,
  tokenService,
  umbrella,
} from '../../support/nouns.ts';

/** The ids of a tenant's things by the names of the parameters of paths, and its key. */
export interface Tenant {
  readonly organizationId: string;
  readonly key: string;
  /** The token of a session of its end user. */
  readonly session: string;
  readonly ids: Readonly<Record<string, string>>;
  /** The last part of a link that a person was sent. */
  readonly link: string;
}

/** A second organization of a deployment. */
export const anotherOrganization = async (w: World): Promise<World> => {
  const [organizationId, workspaceId] = [newId('organization', w.deps), newId('workspace', w.deps)];
  const common = { version: 1, revision: 0 };
  await w.deps.store.insert(organizations, {
    ...common,
    id: organizationId,
    name: 'Organization',
    organizationWorkspaceId: workspaceId,
    discouragedTypes: 'allowed',
  });
  const createdAt = w.clock.now();
  const workspace = { ...common, id: workspaceId, organizationId, name: 'Organization', createdAt };
  await w.deps.store.insert(workspaces, { ...workspace, kind: 'organization' });
  return { ...w, organizationId, workspaceId };
};

/** What people, builders and end users have besides services and auths. */
const people = async (at: World, word: string, serviceId: string) => {
  const { deps, organizationId, workspaceId } = at;
  const [by, where] = [actor(at), { organizationId, workspaceId }];
  const userId = `${word}-user`;
  await putMember(deps, { by, userId, role: 'admin', ifMatch: undefined });
  await putMembership(deps, { ...where, userId, role: 'viewer', ifMatch: undefined });
  const shared = { name: `${word} connector`, serviceId, sharedWith: [] };
  const connector = await createConnector(deps, { by, workspaceId, input: shared });
  const offer = { name: `${word} solution`, serviceIds: [serviceId] };
  const solution = await createSolution(deps, { ...where, input: offer });
  await setStatus(deps, {
    ...where,
    solutionId: solution.id,
    status: 'published',
    ifMatch: undefined,
  });
  const bundle = Bundle.parse({
    format: 'latchkey.bundle',
    version: 1,
    name: `${word} bundle`,
    services: [],
    connectors: [],
    steps: [],
  });
  const brought = await importBundle(deps, { by, workspaceId, input: { bundle, mapping: {} } });
  const input = { endUserId: `${word}-person`, expiresInSeconds: 86_400 };
  const opened = await createEndUserSession(deps, { ...where, input });
  const receipt = await forgetEndUser(deps, { ...where, endUserId: `${word}-gone` });
  const removed = await sharedWorkspace(at, `${word} removed`);
  await removeWorkspace(deps, {
    organizationId,
    workspaceId: removed.id,
    force: true,
    ifMatch: undefined,
    by,
  });
  const legacy = await legacyService(at, { legacyId: `${word}-1`, userId });
  return {
    session: opened.token.reveal(),
    ids: {
      userId,
      endUserId: `${word}-person`,
      connectorId: connector.id,
      solutionId: solution.id,
      importId: brought.id,
      endUserSessionId: opened.session.id,
      receiptId: receipt.id,
      removedId: removed.id,
      legacyServiceId: legacy.id,
      personalId: legacy.workspaceId,
    },
  };
};

/** Builds one of everything; all that bears a name bears this word. */
export const tenant = async (w: World, word: string): Promise<Tenant> => {
  const named = { name: `${word} thing` };
  await updateOrganization(w.deps, {
    organizationId: w.organizationId,
    edit: { credentialReaders: { roles: ['owner'], setBy: 'key', setAt: w.clock.now() } },
    ifMatch: undefined,
  });
  const key = (await firstKey(w.deps, w.organizationId)).reveal();
  const team = await sharedWorkspace(w, `${word} team`);
  const at: World = { ...w, workspaceId: team.id };
  const over = await umbrella(at, named);
  const service = await oauth2Service(at, {
    ...named,
    umbrellaId: over.id,
    test: { path: '/me' },
    auth: { clientId: `${word}-client`, clientSecret: `${word}-secret` },
    environments: { sandbox: { auth: { clientId: `${word}-other`, clientSecret: `${word}-secret` } } },
  });
  const keyed = await tokenService(at, { name: `${word} keyed`, test: { path: '/me' } });
  const auth = await connectedAuth(at, service, { ...named, endUserId: `${word}-person` });
  const platform = await connectedAuth(at, service, named);
  const other = await keyedAuth(at, keyed, { api_key: `${word}-api-key` });
  const session = await opened(at, { serviceId: service.id, endUserId: `${word}-person` });
  const besides = await people(at, word, service.id);
  const input = NewSubscription.parse({
    ...named,
    target: { type: 'webhook', url: `https://${word}.example/hook` },
    events: ['auth.*', 'service.*'],
  });
  const { subscription } = await createSubscription(w.deps, { organizationId: w.organizationId, input });
  await happened(at);
  const [delivery] = await deliveriesNow(at, subscription);
  const made = await createKey(w.deps, { by: actor(w), input: { ...named, role: 'viewer' } });
  return {
    organizationId: w.organizationId,
    key,
    session: besides.session,
    link: session.link,
    ids: {
      ...besides.ids,
      homeId: w.workspaceId,
      workspaceId: team.id,
      serviceId: service.id,
      keyedServiceId: keyed.id,
      authId: auth.id,
      keyedAuthId: other.id,
      platformAuthId: platform.id,
      sessionId: session.id,
      umbrellaId: over.id,
      subscriptionId: subscription.id,
      deliveryId: delivery!.id,
      keyId: made.key.id,
      // Told by its day, which is no secret of anybody.
      digestId: `daily-${String(Math.floor(w.clock.now() / day) * day).padStart(13, '0')}`,
      organizationId: w.organizationId,
    },
  };
};
