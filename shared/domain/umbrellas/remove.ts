import { conflict } from '../../errors.ts';
import { newEvent } from '../../events.ts';
import type { Collection, Deps, Key, ListRequest, Stored } from '../../ports.ts';
import { flush, type WithOutbox } from '../outbox.ts';
import { every } from '../paging.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { UmbrellaRemovalBegun } from './events.ts';
import { getUmbrella } from './get.ts';
import { linksUnder, umbrellaLinks } from './link.ts';
import { recordsOf, verificationRecords } from './record.ts';
import { serviceUnder, type ServiceUnder } from './services-under.ts';
import { umbrellaKey, umbrellas, type Umbrella } from './umbrella.ts';
import { countedUsers, countedUsersUnder, usageKey, usages } from './usage.ts';

interface UmbrellaRef {
  readonly organizationId: string;
  readonly umbrellaId: string;
}

const mostNamed = 20;

/** The first services that run under an umbrella. */
const servicesOn = async (deps: Deps, { organizationId, id }: Umbrella): Promise<readonly ServiceUnder[]> => {
  const found: ServiceUnder[] = [];
  for await (const link of every(deps.store, umbrellaLinks, linksUnder(organizationId, id))) {
    const service = await serviceUnder(deps, link);
    if (service) found.push(service);
    if (found.length === mostNamed) break;
  }
  return found;
};

const inUseBy = (found: readonly ServiceUnder[]) =>
  conflict(
    'umbrella_in_use',
    'Services run under this umbrella. Take it out of them, or delete them, first.',
    found.map(({ workspaceId, serviceId, environment }) => ({
      path: `/v1/workspaces/${workspaceId}/services/${serviceId}`,
      message: `its environment ${environment} runs under it`,
    })),
  );

/** Deletes an umbrella under which no service runs; 409 `umbrella_in_use` names the first that do. It is gone for everyone at once. */
export const removeUmbrella = async (
  deps: Deps,
  { ifMatch, ...where }: UmbrellaRef & { readonly ifMatch: string | undefined },
): Promise<void> => {
  const umbrella = await getUmbrella(deps, where);
  expectVersion(ifMatch, umbrella.version);
  const users = await servicesOn(deps, umbrella);
  if (users.length > 0) throw inUseBy(users);
  const { organizationId, umbrellaId } = where;
  const begun = newEvent(deps, UmbrellaRemovalBegun, { organizationId, data: { umbrellaId } });
  const marked = await deps.store.replace(umbrellas, {
    ...umbrella,
    removedAt: deps.clock.now(),
    outbox: [...umbrella.outbox, begun],
  });
  if (!marked) throw editedMeanwhile();
  // A service written in the same moment is found here, or its writer finds the mark: `demandUmbrellas`.
  const late = await servicesOn(deps, marked);
  const backed =
    late.length > 0 &&
    (await deps.store.replace(umbrellas, { ...marked, removedAt: undefined, outbox: umbrella.outbox }));
  if (backed) throw inUseBy(late);
  await flush(deps, umbrellas, marked);
};

const removeAll = async <T extends Stored>(
  { store }: Deps,
  collection: Collection<T>,
  where: Pick<ListRequest, 'index' | 'partition' | 'prefix'>,
): Promise<void> => {
  for await (const item of every(store, collection, where)) await store.remove(collection, item);
};

/** Removes an item whoever writes it meanwhile; what it has to tell goes before it does. */
const removeTold = async <T extends WithOutbox>(
  deps: Deps,
  collection: Collection<T>,
  key: Key,
): Promise<void> => {
  for (;;) {
    const item = await deps.store.get(collection, key);
    if (!item) return;
    const told = await flush(deps, collection, item);
    if (told.outbox.length > 0) throw new Error('The bus did not take the events of an umbrella.');
    if (await deps.store.remove(collection, told)) return;
  }
};

/** Removes what an umbrella that is marked as removed leaves, then itself. Again: nothing happens. */
export const finishUmbrellaRemoval = async (
  deps: Deps,
  { organizationId, umbrellaId }: UmbrellaRef,
): Promise<void> => {
  const key = umbrellaKey(organizationId, umbrellaId);
  const umbrella = await deps.store.get(umbrellas, key);
  if (umbrella?.removedAt === undefined) return;
  await removeAll(deps, countedUsers, countedUsersUnder(organizationId, umbrellaId));
  await removeAll(deps, verificationRecords, recordsOf(organizationId, umbrellaId));
  await removeAll(deps, umbrellaLinks, linksUnder(organizationId, umbrellaId));
  await removeTold(deps, usages, usageKey(organizationId, umbrellaId));
  await removeTold(deps, umbrellas, key);
};
