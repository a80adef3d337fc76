import { conflict } from '../../errors.ts';
import { newEvent } from '../../events.ts';
import type { Deps, Key } from '../../ports.ts';
import { auths, authsWith, type Auth } from '../auths/auth.ts';
import { destroyAuth } from '../auths/remove.ts';
import { flush } from '../outbox.ts';
import { every } from '../paging.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { environmentsOf } from './environment.ts';
import { ServiceRemovalBegun } from './events.ts';
import { getService } from './get.ts';
import { secretsRef } from './secrets.ts';
import { serviceKey, services, type Service } from './service.ts';

interface RemoveServiceInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly serviceId: string;
  /** Delete its auths with it. */
  readonly force: boolean;
  readonly ifMatch: string | undefined;
}

const mostNamed = 20;

/** The first auths that use a service; one that is being deleted does not any more. */
const usersOf = async (deps: Deps, { organizationId, id }: Service): Promise<readonly Auth[]> => {
  const users: Auth[] = [];
  for await (const auth of every(deps.store, auths, authsWith(organizationId, id))) {
    if (auth.state !== 'deleting') users.push(auth);
    if (users.length === mostNamed) break;
  }
  return users;
};

const inUseBy = (users: readonly Auth[]) =>
  conflict(
    'service_in_use',
    'Auths were made with this service. Delete them first, or say ?force=true to delete them with it.',
    users.map(({ id, workspaceId }) => ({
      path: `/v1/workspaces/${workspaceId}/auths/${id}`,
      message: 'uses it',
    })),
  );

const refuseInUse = async (deps: Deps, service: Service): Promise<void> => {
  const users = await usersOf(deps, service);
  if (users.length > 0) throw inUseBy(users);
};

/** Removes the service itself, whoever writes it meanwhile; what it has to tell goes before it does. */
const dropService = async (deps: Deps, key: Key): Promise<void> => {
  for (;;) {
    const service = await deps.store.get(services, key);
    if (!service) return;
    const told = await flush(deps, services, service);
    if (told.outbox.length > 0) throw new Error('The bus did not take the events of a service.');
    if (await deps.store.remove(services, told)) return;
  }
};

/** Destroys the auths of a service that is marked as removed, then its secrets, then itself. Again: nothing happens. */
export const finishServiceRemoval = async (
  deps: Deps,
  { organizationId, serviceId }: { organizationId: string; serviceId: string },
): Promise<void> => {
  const found = await deps.store.get(services, serviceKey(organizationId, serviceId));
  if (found?.removedAt === undefined) return;
  for await (const auth of every(deps.store, auths, authsWith(organizationId, serviceId)))
    await destroyAuth(deps, auth);
  const environments = new Set([...environmentsOf(found.definition), ...Object.keys(found.secrets)]);
  for (const environment of environments) await deps.vault.remove(secretsRef(found, environment));
  await dropService(deps, serviceKey(organizationId, serviceId));
};

/**
 * Deletes a service that no auth uses; 409 `service_in_use` names the first that do (R13). With `force` its auths are deleted
 * with it, in the background: the service is gone for everyone at once.
 */
export const removeService = async (
  deps: Deps,
  { ifMatch, force, ...where }: RemoveServiceInput,
): Promise<void> => {
  const service = await getService(deps, where);
  expectVersion(ifMatch, service.version);
  if (!force) await refuseInUse(deps, service);
  const { organizationId, id: serviceId, workspaceId } = service;
  const begun = newEvent(deps, ServiceRemovalBegun, { organizationId, data: { serviceId, workspaceId } });
  const marked = await deps.store.replace(services, {
    ...service,
    removedAt: deps.clock.now(),
    outbox: [...service.outbox, begun],
  });
  if (!marked) throw editedMeanwhile();
  // An auth made in the same moment: from here on none can be, so this look is the last that is needed.
  const users = force ? [] : await usersOf(deps, marked);
  const backed =
    users.length > 0 &&
    (await deps.store.replace(services, { ...marked, removedAt: undefined, outbox: service.outbox }));
  if (backed) throw inUseBy(users);
  await flush(deps, services, marked);
};
