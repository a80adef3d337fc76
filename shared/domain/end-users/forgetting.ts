import * as z from 'zod';
import { OrganizationId, ReceiptId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { EndUserId } from '../auths/auth.ts';
import type { EndUserRef } from './auth-link.ts';

/** That an end user is being forgotten, by which receipt: meanwhile nothing new is made for them. */
const Forgetting = z.object({
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  endUserId: EndUserId,
  receiptId: ReceiptId,
  revision: z.int(),
});
type Forgetting = z.infer<typeof Forgetting>;

export const forgettingKey = ({ organizationId, workspaceId, endUserId }: EndUserRef): Key => ({
  partition: `ORG#${organizationId}#WS#${workspaceId}#EU#${endUserId}`,
  sort: 'FORGETTING',
});

/** Who is being forgotten in a workspace. */
export const forgettingsOf = (organizationId: string, workspaceId: string) => ({
  index: 'listed' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}#forgettings`,
});

export const forgettings: Collection<Forgetting> = {
  name: 'forgetting',
  schema: Forgetting,
  place: (item) => ({
    key: forgettingKey(item),
    listed: {
      partition: forgettingsOf(item.organizationId, item.workspaceId).partition,
      sort: item.endUserId,
    },
  }),
};
