import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { WorkspaceId } from '../../ids.ts';
import { Time } from '../inputs.ts';

export const SummaryDue = eventKind('organization.summary_due', {
  summary:
    'Somebody asked how the auths of the organization, or of one workspace, fare: they are to be counted.',
  audience: 'work',
  version: 1,
  /** `askedAt`: a count that began then or later is what was asked for. */
  data: z.strictObject({ workspaceId: WorkspaceId.nullable(), askedAt: Time }),
  example: { workspaceId: null, askedAt: '2026-03-01T09:00:00.000Z' },
});

export const summaryEvents = [SummaryDue];
