import * as z from 'zod';
import { UserId } from '#shared/domain/members/user-id.ts';
import { route } from '#shared/entry/route.ts';

const path = z.strictObject({ userId: UserId });

export const remove = route({
  name: 'deleteMember',
  method: 'DELETE',
  path: '/v1/members/{userId}',
  summary:
    'Removes a person from the organization. Services and auths of shared workspaces go on; the personal workspace goes to the admin named by ?handPersonalTo=, or is kept for 30 days.',
  needs: 'members:write',
  status: 204,
  request: { path, query: z.strictObject({ handPersonalTo: UserId.optional() }) },
});
