import * as z from 'zod';
import { AuthId, ServiceId, WorkspaceId } from '../../ids.ts';
import type { Collection } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { authKey, auths, EndUserId } from './auth.ts';

/** What can be read of the item of an auth that is no auth any more. It is only read, never written. */
const Remains = z.object({
  organizationId: z.string().catch(''),
  id: AuthId.optional().catch(undefined),
  workspaceId: WorkspaceId.optional().catch(undefined),
  serviceId: ServiceId.optional().catch(undefined),
  endUserId: EndUserId.optional().catch(undefined),
  setAsideAt: Instant.optional().catch(undefined),
  revision: z.int(),
});
type Remains = z.infer<typeof Remains>;

export const remains: Collection<Remains> = {
  name: auths.name,
  schema: Remains,
  place: ({ organizationId, id = '' }) => ({ key: authKey(organizationId, id) }),
};
