import { newEvent, type LatchkeyEvent } from '../../events.ts';
import type { Deps, DueEntry } from '../../ports.ts';
import { ExpiryDue, RefreshDue, RemovalDue } from '../auths/events.ts';
import { DeliveryDue } from '../subscriptions/events.ts';
import { OutboxDue } from './events.ts';

const most = 50;
const noOrganization = `org_${'0'.repeat(26)}`;

/** The parts of a partition such as `ORG#org_…#AUTH#auth_…`, by their names. */
const parts = ({ partition }: DueEntry['key']): Readonly<Record<string, string>> => {
  const words = partition.split('#');
  return Object.fromEntries(
    words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1] ?? '']] : [])),
  );
};

const organizationOf = ({ key }: DueEntry): string => parts(key)['ORG'] ?? noOrganization;

type Entries = readonly DueEntry[];
type About = { readonly organizationId: string; readonly entries: Entries };

const authIds = (entries: Entries) => entries.map(({ key }) => parts(key)['AUTH'] ?? '');

/** For each act, the event that asks for it; many items to an event. */
const kinds: Readonly<Record<string, (deps: Deps, about: About) => LatchkeyEvent>> = {
  refresh: (deps, { organizationId, entries }) =>
    newEvent(deps, RefreshDue, { organizationId, data: { authIds: authIds(entries) } }),
  expiry: (deps, { organizationId, entries }) =>
    newEvent(deps, ExpiryDue, { organizationId, data: { authIds: authIds(entries) } }),
  removal: (deps, { organizationId, entries }) =>
    newEvent(deps, RemovalDue, { organizationId, data: { authIds: authIds(entries) } }),
  delivery: (deps, { organizationId, entries }) => {
    const deliveries = entries.map(({ key }) => ({
      subscriptionId: parts(key)['SUB'] ?? '',
      eventId: key.sort.replace('DLV#', ''),
    }));
    return newEvent(deps, DeliveryDue, { organizationId, data: { deliveries } });
  },
  outbox: (deps, { organizationId, entries }) => {
    const items = entries.map(({ collection, key }) => ({ collection, ...key }));
    return newEvent(deps, OutboxDue, { organizationId, data: { items } });
  },
};

const chunks = (entries: Entries): readonly Entries[] =>
  Array.from({ length: Math.ceil(entries.length / most) }, (_, index) =>
    entries.slice(index * most, (index + 1) * most),
  );

/** The events that ask for what is due: by act and organization, many items to an event. */
export const dueEvents = (deps: Deps, entries: Entries): readonly LatchkeyEvent[] =>
  Object.entries(Object.groupBy(entries, ({ act }) => act)).flatMap(([act, ofAct = []]) =>
    Object.entries(Object.groupBy(ofAct, organizationOf)).flatMap(([organizationId, ofOne = []]) =>
      chunks(ofOne).flatMap((some) => kinds[act]?.(deps, { organizationId, entries: some }) ?? []),
    ),
  );
