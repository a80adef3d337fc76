import * as z from 'zod';
import type { LatchkeyEvent } from '../../events.ts';
import { AuthId, bare, prefixed, ServiceId, WorkspaceId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { AuthConnected } from '../auths/events.ts';
import { organizationKey, organizations } from '../workspaces/organization.ts';
import { historyEntries } from './entry.ts';

const Connected = z.looseObject({
  workspaceId: WorkspaceId,
  authId: AuthId,
  serviceId: ServiceId.nullable(),
});

/**
 * Writes down that an account was connected: at the end of a connect session a person does that, who has to tell nobody who they
 * are, so that no call of a known caller stands for it. Told twice, it stands there once; once more after its organization was
 * deleted, it leaves nothing; all other events are none of this history's.
 */
export const recordEvent = async ({ store }: Deps, event: LatchkeyEvent): Promise<void> => {
  if (event.type !== AuthConnected.type) return;
  if (!(await store.get(organizations, organizationKey(event.organizationId)))) return;
  const { workspaceId, authId, serviceId } = Connected.parse(event.data);
  const id = prefixed('entry', bare(event.id));
  await store.insert(historyEntries, {
    id,
    organizationId: event.organizationId,
    workspaceId,
    actor: { type: 'system', id: 'connect' },
    action: event.type,
    subjects: [workspaceId, authId, ...(serviceId === null ? [] : [serviceId])],
    at: Date.parse(event.time),
    from: {},
    outcome: 'done',
    tie: id,
    revision: 0,
  });
};
