import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { UserId } from './user-id.ts';

export const MemberRemoved = eventKind('member.removed', {
  summary:
    'A person was removed from the organization. What stands in shared workspaces goes on; the personal workspace was handed to an admin, or is kept for 30 days.',
  audience: 'news',
  version: 1,
  data: z.strictObject({ userId: UserId, handedTo: UserId.nullable() }),
  example: { userId: 'user-1', handedTo: null },
});

export const memberEvents = [MemberRemoved];
