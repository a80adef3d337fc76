import { applyEscrow } from '#shared/domain/auths/apply-escrow.ts';
import {
  EscrowDue,
  ExpiryDue,
  RefreshDue,
  RemovalDue,
  RevocationDue,
  TestDue,
} from '#shared/domain/auths/due-events.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { finishRemoval } from '#shared/domain/auths/remove.ts';
import { revokeGrant } from '#shared/domain/auths/revoke.ts';
import { testDueAuths } from '#shared/domain/auths/test-due.ts';
import { tellEnding } from '#shared/domain/auths/tell-ending.ts';
import { SessionDue } from '#shared/domain/connect/events.ts';
import { settleDueSession } from '#shared/domain/connect/finish.ts';
import { OutboxDue } from '#shared/domain/schedule/events.ts';
import { flushOutbox } from '#shared/domain/schedule/flush-outboxes.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import type { Deps } from '#shared/ports.ts';

/** What an event starts. */
export type Reaction = (deps: Deps, event: LatchkeyEvent) => Promise<unknown>;

/** The functions that the queue starts, by the event that starts them. */
export const reactions: Readonly<Record<string, Reaction>> = {
  [RefreshDue.type]: (deps, { organizationId, data }) =>
    refreshDueAuths(deps, organizationId, RefreshDue.data.parse(data)),
  [TestDue.type]: (deps, { organizationId, data }) =>
    testDueAuths(deps, organizationId, TestDue.data.parse(data).authIds),
  [RemovalDue.type]: (deps, { organizationId, data }) =>
    Promise.all(
      RemovalDue.data.parse(data).authIds.map((authId) => finishRemoval(deps, { organizationId, authId })),
    ),
  [RevocationDue.type]: (deps, { organizationId, data }) =>
    Promise.all(
      RevocationDue.data.parse(data).authIds.map((authId) => revokeGrant(deps, { organizationId, authId })),
    ),
  [EscrowDue.type]: (deps, { organizationId, data }) =>
    Promise.all(
      EscrowDue.data.parse(data).held.map((held) => applyEscrow(deps, { organizationId, ...held })),
    ),
  [SessionDue.type]: (deps, { organizationId, data }) =>
    Promise.all(
      SessionDue.data
        .parse(data)
        .sessionIds.map((sessionId) => settleDueSession(deps, { organizationId, sessionId })),
    ),
  [ExpiryDue.type]: (deps, { organizationId, data }) =>
    Promise.all(
      ExpiryDue.data.parse(data).authIds.map((authId) => tellEnding(deps, { organizationId, authId })),
    ),
  [OutboxDue.type]: (deps, { data }) =>
    Promise.all(OutboxDue.data.parse(data).items.map((place) => flushOutbox(deps, place))),
};
