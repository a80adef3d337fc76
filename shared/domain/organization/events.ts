import * as z from 'zod';
import { eventKind } from '../../events.ts';

export const OrganizationRemovalDue = eventKind('organization.removal_due', {
  summary: 'What a deleted organization leaves is to be destroyed.',
  audience: 'work',
  version: 1,
  data: z.strictObject({}),
  example: {},
});

export const organizationEvents = [OrganizationRemovalDue];
