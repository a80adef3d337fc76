import { firstDetails, invalid, type ErrorDetail } from '../../errors.ts';
import type { Collection, Deps, Key, Stored } from '../../ports.ts';
import { namesNews } from '../events.ts';
import { serviceKey, services } from '../services/service.ts';
import { umbrellaKey, umbrellas } from '../umbrellas/umbrella.ts';
import { workspaceKey, workspaces } from '../workspaces/workspace.ts';
import type { Filters, SubscriptionEdit } from './subscription.ts';
import { bound } from './targets/targets.ts';

const unheardOf = (events: readonly string[]): readonly ErrorDetail[] =>
  events.flatMap((pattern, index) =>
    namesNews(pattern)
      ? []
      : [
          {
            path: `body.events.${String(index)}`,
            message: 'There is no such event to subscribe to. They are listed in docs/events.md.',
          },
        ],
  );

interface Named<T extends Stored> {
  readonly noun: string;
  readonly path: string;
  readonly ids: readonly string[] | undefined;
  readonly collection: Collection<T>;
  readonly keyOf: (id: string) => Key;
  readonly isThere?: (item: T) => boolean;
}

/** A name of each thing of a filter that does not exist. */
const missing = async <T extends Stored>(
  { store }: Pick<Deps, 'store'>,
  { noun, path, ids = [], collection, keyOf, isThere = () => true }: Named<T>,
): Promise<readonly ErrorDetail[]> => {
  const found = await Promise.all(ids.map((id) => store.get(collection, keyOf(id))));
  return found.flatMap((item, index) =>
    item && isThere(item)
      ? []
      : [{ path: `body.filters.${path}.${String(index)}`, message: `There is no such ${noun}.` }],
  );
};

/** An end user is known to the platform alone, so only the form of such an id is checked, by its schema. */
const missingInFilters = async (
  deps: Deps,
  organizationId: string,
  { workspaceIds, serviceIds, umbrellaIds }: Filters,
): Promise<readonly ErrorDetail[]> => {
  const parts = await Promise.all([
    missing(deps, {
      noun: 'workspace',
      path: 'workspaceIds',
      ids: workspaceIds,
      collection: workspaces,
      keyOf: (id) => workspaceKey(organizationId, id),
    }),
    missing(deps, {
      noun: 'service',
      path: 'serviceIds',
      ids: serviceIds,
      collection: services,
      keyOf: (id) => serviceKey(organizationId, id),
      isThere: ({ removedAt }) => removedAt === undefined,
    }),
    missing(deps, {
      noun: 'umbrella',
      path: 'umbrellaIds',
      ids: umbrellaIds,
      collection: umbrellas,
      keyOf: (id) => umbrellaKey(organizationId, id),
      isThere: ({ removedAt }) => removedAt === undefined,
    }),
  ]);
  return parts.flat();
};

/** Rejects with 422 `invalid_subscription` when what is given can never work; each detail names a field. */
export const checkSubscription = async (
  deps: Deps,
  organizationId: string,
  { target, events = [], filters }: SubscriptionEdit,
): Promise<void> => {
  const details = [
    ...unheardOf(events),
    ...(target ? bound(target).check(deps) : []),
    ...(filters ? await missingInFilters(deps, organizationId, filters) : []),
  ];
  if (details.length === 0) return;
  const message = 'The subscription cannot work as it is.';
  throw invalid('invalid_subscription', message, firstDetails(details, 'body'));
};
