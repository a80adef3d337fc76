import { conflict, type ErrorDetail } from '../../errors.ts';
import { newEvent } from '../../events.ts';
import type { Deps, Key } from '../../ports.ts';
import { auths, authsWith } from '../auths/auth.ts';
import { destroyAuth } from '../auths/remove.ts';
import { allEnds } from '../learning/ends.ts';
import { flush } from '../outbox.ts';
import { every } from '../paging.ts';
import { umbrellaLinks } from '../umbrellas/link.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { dependentsOf } from './dependents.ts';
import { definitionIn, environmentsOf } from './environment.ts';
import { ServiceRemovalBegun } from './events.ts';
import { demandEditable, getService } from './get.ts';
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

const inUseBy = (found: readonly ErrorDetail[]) =>
  conflict(
    'service_in_use',
    'Auths, connectors or solutions use this service. Delete them first, or say ?force=true: then the auths are deleted with it.',
    found,
  );

const refuseInUse = async (deps: Deps, service: Service): Promise<void> => {
  const found = await dependentsOf(deps, service);
  if (found.length > 0) throw inUseBy(found);
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

/** What was learnt of its auths would stand there for more than a year. */
const forgetEnds = async ({ store }: Deps, { organizationId, id }: Service): Promise<void> => {
  const where = {
    index: 'own',
    partition: serviceKey(organizationId, id).partition,
    prefix: 'ENDS#',
  } as const;
  for await (const ends of every(store, allEnds, where)) await store.remove(allEnds, ends);
};

/** Takes a service out of the lists of the umbrellas that it runs under. */
const unlink = async (
  { store }: Deps,
  { organizationId, id: serviceId, definition }: Service,
): Promise<void> => {
  for (const environment of environmentsOf(definition)) {
    const { umbrellaId } = definitionIn(definition, environment);
    if (umbrellaId === undefined) continue;
    const { key } = umbrellaLinks.place({ organizationId, umbrellaId, serviceId, environment, revision: 0 });
    const link = await store.get(umbrellaLinks, key);
    if (link) await store.remove(umbrellaLinks, link);
  }
};

/**
 * Destroys the auths of a service that is marked as removed, then its secrets and what is known of it, then itself. Again: nothing
 * happens.
 */
export const finishServiceRemoval = async (
  deps: Deps,
  { organizationId, serviceId }: { organizationId: string; serviceId: string },
): Promise<void> => {
  const found = await deps.store.get(services, serviceKey(organizationId, serviceId));
  if (found?.removedAt === undefined) return;
  for await (const auth of every(deps.store, auths, authsWith(organizationId, serviceId)))
    await destroyAuth(deps, { ...auth, authId: auth.id });
  const environments = new Set([...environmentsOf(found.definition), ...Object.keys(found.secrets)]);
  for (const environment of environments) await deps.vault.remove(secretsRef(found, environment));
  await forgetEnds(deps, found);
  await unlink(deps, found);
  await dropService(deps, serviceKey(organizationId, serviceId));
};

/**
 * Deletes a service that no auth, connector or solution uses; 409 `service_in_use` names the first that do (R13). With `force`
 * its auths are deleted with it, in the background: the service is gone for everyone at once. Connectors and solutions stay as
 * they are, for their owners to give them another: they share and offer it no more. A legacy service too: for those who take down
 * what it stands in.
 */
export const discardService = async (
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
  // One made in the same moment: from here on none can be, so this look is the last that is needed.
  const users = force ? [] : await dependentsOf(deps, marked);
  const backed =
    users.length > 0 &&
    (await deps.store.replace(services, { ...marked, removedAt: undefined, outbox: service.outbox }));
  if (backed) throw inUseBy(users);
  await flush(deps, services, marked);
};

/** The same for its builders: 409 `legacy_read_only` for a legacy service (R15). */
export const removeService = async (deps: Deps, input: RemoveServiceInput): Promise<void> => {
  demandEditable(await getService(deps, input));
  await discardService(deps, input);
};
