import { newEvent, type LatchkeyEvent } from '../../events.ts';
import type { Deps, DueEntry } from '../../ports.ts';
import { authIdAt } from '../auths/auth.ts';
import { ExpiryDue, RefreshDue, RemovalDue, RevocationDue, TestDue } from '../auths/events.ts';
import { deliveryAt } from '../subscriptions/delivery.ts';
import { DeliveryDue } from '../subscriptions/events.ts';
import { OutboxDue } from './events.ts';

const most = 50;
const noOrganization = `org_${'0'.repeat(26)}`;

/** Every key of an organization's own begins with it. */
const organizationOf = ({ key }: DueEntry): string =>
  /^ORG#(org_\w+)/.exec(key.partition)?.[1] ?? noOrganization;

type Entries = readonly DueEntry[];
type About = { readonly organizationId: string; readonly entries: Entries };

const authIds = (entries: Entries) => entries.map(({ key }) => authIdAt(key));

/** For each act, the event that asks for it; many items to an event. */
const kinds: Readonly<Record<string, (deps: Deps, about: About) => LatchkeyEvent>> = {
  refresh: (deps, { organizationId, entries }) =>
    newEvent(deps, RefreshDue, { organizationId, data: { authIds: authIds(entries) } }),
  expiry: (deps, { organizationId, entries }) =>
    newEvent(deps, ExpiryDue, { organizationId, data: { authIds: authIds(entries) } }),
  removal: (deps, { organizationId, entries }) =>
    newEvent(deps, RemovalDue, { organizationId, data: { authIds: authIds(entries) } }),
  revocation: (deps, { organizationId, entries }) =>
    newEvent(deps, RevocationDue, { organizationId, data: { authIds: authIds(entries) } }),
  test: (deps, { organizationId, entries }) =>
    newEvent(deps, TestDue, { organizationId, data: { authIds: authIds(entries) } }),
  delivery: (deps, { organizationId, entries }) => {
    const deliveries = entries.map(({ key }) => deliveryAt(key));
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
