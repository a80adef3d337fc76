import { newEvent, type LatchkeyEvent } from '../../events.ts';
import type { Deps, DueEntry } from '../../ports.ts';
import { authIdAt } from '../auths/auth.ts';
import { heldAt } from '../auths/escrow.ts';
import { EscrowDue, ExpiryDue, RefreshDue, RemovalDue, RevocationDue, TestDue } from '../auths/due-events.ts';
import { SessionDue } from '../connect/events.ts';
import { sessionIdAt } from '../connect/session.ts';
import { ForgettingDue } from '../end-users/events.ts';
import { receiptAt } from '../end-users/receipt.ts';
import { ServiceDatesDue } from '../services/events.ts';
import { serviceIdAt } from '../services/service.ts';
import { deliveryAt, subscriptionOf } from '../subscriptions/delivery.ts';
import { digestAt } from '../subscriptions/digest.ts';
import { DeliveryDue, DigestDue, SecretDue } from '../subscriptions/events.ts';
import { subscriptionIdAt } from '../subscriptions/subscription.ts';
import { OrganizationRemovalDue } from '../organization/events.ts';
import { WorkspaceRemovalDue } from '../workspaces/events.ts';
import { removedAtKey } from '../workspaces/removal.ts';
import { OutboxDue } from './events.ts';

const most = 100;
const noOrganization = `org_${'0'.repeat(26)}`;

/** Every key of an organization's own begins with it. */
const organizationOf = ({ key }: DueEntry): string =>
  /^ORG#(org_\w+)/.exec(key.partition)?.[1] ?? noOrganization;

type Entries = readonly DueEntry[];
type About = {
  readonly organizationId: string;
  /** The service of all, where such are asked for by service. */
  readonly of: string | undefined;
  readonly entries: Entries;
};

const authIds = (entries: Entries) => entries.map(({ key }) => authIdAt(key));

/** For each act, the event that asks for it; many items to an event. */
const kinds: Readonly<Record<string, (deps: Deps, about: About) => LatchkeyEvent>> = {
  refresh: (deps, { organizationId, of, entries }) =>
    newEvent(deps, RefreshDue, { organizationId, data: { authIds: authIds(entries), serviceId: of } }),
  expiry: (deps, { organizationId, entries }) =>
    newEvent(deps, ExpiryDue, { organizationId, data: { authIds: authIds(entries) } }),
  removal: (deps, { organizationId, entries }) =>
    newEvent(deps, RemovalDue, { organizationId, data: { authIds: authIds(entries) } }),
  revocation: (deps, { organizationId, entries }) =>
    newEvent(deps, RevocationDue, { organizationId, data: { authIds: authIds(entries) } }),
  escrow: (deps, { organizationId, entries }) => {
    const held = entries.map(({ key }) => heldAt(key));
    return newEvent(deps, EscrowDue, { organizationId, data: { held } });
  },
  test: (deps, { organizationId, entries }) =>
    newEvent(deps, TestDue, { organizationId, data: { authIds: authIds(entries) } }),
  delivery: (deps, { organizationId, entries }) => {
    const deliveries = entries.map(({ key }) => deliveryAt(key));
    return newEvent(deps, DeliveryDue, { organizationId, data: { deliveries } });
  },
  digest: (deps, { organizationId, entries }) => {
    const digests = entries.map(({ key }) => digestAt(key));
    return newEvent(deps, DigestDue, { organizationId, data: { digests } });
  },
  signing_secret: (deps, { organizationId, entries }) => {
    const subscriptionIds = entries.map(({ key }) => subscriptionIdAt(key));
    return newEvent(deps, SecretDue, { organizationId, data: { subscriptionIds } });
  },
  session: (deps, { organizationId, entries }) => {
    const sessionIds = entries.map(({ key }) => sessionIdAt(key));
    return newEvent(deps, SessionDue, { organizationId, data: { sessionIds } });
  },
  dates: (deps, { organizationId, entries }) => {
    const serviceIds = entries.map(({ key }) => serviceIdAt(key));
    return newEvent(deps, ServiceDatesDue, { organizationId, data: { serviceIds } });
  },
  workspace: (deps, { organizationId, entries }) => {
    const workspaceIds = entries.map(({ key }) => removedAtKey(key));
    return newEvent(deps, WorkspaceRemovalDue, { organizationId, data: { workspaceIds } });
  },
  organization: (deps, { organizationId }) =>
    newEvent(deps, OrganizationRemovalDue, { organizationId, data: {} }),
  forgetting: (deps, { organizationId, entries }) => {
    const receipts = entries.map(({ key }) => receiptAt(key));
    return newEvent(deps, ForgettingDue, { organizationId, data: { receipts } });
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

/** Renewals are bounded by service (ADR 0014), deliveries by subscriber (ADR 0024), so one message holds those of one. */
const groupOf = ({ act, of, key }: DueEntry): string | undefined => {
  if (act === 'delivery') return subscriptionOf(key.partition);
  return act === 'refresh' ? of : undefined;
};

/** The events that ask for what is due: by act and organization, renewals by service and deliveries by subscription too; many items to an event. */
export const dueEvents = (deps: Deps, entries: Entries): readonly LatchkeyEvent[] => {
  const name = (entry: DueEntry) => JSON.stringify([entry.act, organizationOf(entry), groupOf(entry)]);
  return Object.values(Object.groupBy(entries, name)).flatMap((alike = []) =>
    chunks(alike).flatMap((some) => {
      const [first] = some;
      if (!first) return [];
      const about = { organizationId: organizationOf(first), of: groupOf(first), entries: some };
      return kinds[first.act]?.(deps, about) ?? [];
    }),
  );
};
