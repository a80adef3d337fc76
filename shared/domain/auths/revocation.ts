import * as z from 'zod';
import { LatchkeyEvent, newEvent } from '../../events.ts';
import { AuthId, OrganizationId, ServiceId, WorkspaceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { secret } from '../../secret.ts';
import type { Purpose } from '../bound-seal.ts';
import { Instant } from '../inputs.ts';
import { insertAndTell, outboxDue } from '../outbox.ts';
import { inUse, type ServiceInUse } from '../services/current.ts';
import { ServiceDefinition } from '../services/definition.ts';
import { environmentsOf } from '../services/environment.ts';
import { serviceKey, services } from '../services/service.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { Auth } from './auth.ts';
import { Credential, loadCredential } from './credential.ts';
import { RevocationDue } from './due-events.ts';

/** A grant that is yet to be taken back at the provider. The auth and its credential are gone; what is needed lies in it, sealed. */
const Revocation = z.object({
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  authId: AuthId,
  serviceId: ServiceId.optional(),
  sealed: z.string(),
  tries: z.int(),
  nextAt: Instant,
  /** When it is given up. */
  until: Instant,
  /** How it ended is in the outbox, or told already: all that is left is to remove it. */
  ended: z.boolean().default(false),
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type Revocation = z.infer<typeof Revocation>;

/** What is sealed: all that the requests are built from, whatever becomes of the service meanwhile. */
export const RevocationSecrets = z.object({
  credential: Credential,
  definition: ServiceDefinition,
  secrets: z.record(z.string(), z.string()),
});

export const revocationKey = (organizationId: string, authId: string): Key => ({
  partition: `ORG#${organizationId}#AUTH#${authId}`,
  sort: 'REVOCATION',
});

export const revocations: Collection<Revocation> = {
  name: 'revocation',
  schema: Revocation,
  place: (item) => ({
    key: revocationKey(item.organizationId, item.authId),
    due: [outboxDue(item), { at: item.nextAt, act: 'revocation' }]
      .filter((due) => due !== undefined)
      .toSorted((a, b) => a.at - b.at)[0],
  }),
};

export const revocationPurpose = ({
  organizationId,
  authId,
}: Pick<Revocation, 'organizationId' | 'authId'>): Purpose => ({
  now: `revocation/${organizationId}/${authId}`,
  before: `revocation/${authId}`,
});

const day = 24 * 60 * 60 * 1000;
const patience = 3 * day;

/** The service of an auth, also while it is being deleted with its auths. */
const serviceOf = async ({ store }: Deps, auth: Auth): Promise<ServiceInUse | undefined> => {
  const { organizationId, serviceId, environment } = auth;
  const service = serviceId && (await store.get(services, serviceKey(organizationId, serviceId)));
  const there = service && environmentsOf(service.definition).includes(environment);
  return there ? inUse(service, environment) : undefined;
};

/** Whether the provider has a way to take the grant of an auth back. */
export const isRevocable = async (deps: Deps, auth: Auth): Promise<boolean> => {
  const service = await serviceOf(deps, auth);
  return service !== undefined && protocolOf(service.definition.auth).revoke !== undefined;
};

/**
 * Notes that the grant of an auth is to be taken back, and asks for it at once; before the credential is destroyed.
 * Does nothing where the provider has no way to, or it is noted already.
 */
export const planRevocation = async (deps: Deps, auth: Auth): Promise<void> => {
  const service = await serviceOf(deps, auth);
  if (!service || !protocolOf(service.definition.auth).revoke) return;
  const credential = await loadCredential(deps, auth, auth.credential.version);
  if (!credential) return;
  const known = Object.entries(await service.secrets(deps)).map(
    ([name, value]) => [name, value.reveal()] as const,
  );
  // The other environments are of no use here, and an item of the store has its limit.
  const definition = { ...service.definition, environments: {} };
  const content = { credential, definition, secrets: Object.fromEntries(known) };
  const { organizationId, workspaceId, id: authId, serviceId } = auth;
  const now = deps.clock.now();
  const due = newEvent(deps, RevocationDue, { organizationId, data: { authIds: [authId] } });
  await insertAndTell(deps, revocations, {
    organizationId,
    workspaceId,
    authId,
    serviceId,
    sealed: await deps.sealer.seal(
      revocationPurpose({ organizationId, authId }).now,
      secret(JSON.stringify(content)),
    ),
    tries: 0,
    nextAt: now + 60_000,
    until: now + patience,
    ended: false,
    outbox: [due],
    revision: 0,
  });
};
