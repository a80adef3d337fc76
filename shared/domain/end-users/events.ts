import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { ReceiptId, WorkspaceId } from '../../ids.ts';

export const ForgettingDue = eventKind('receipt.forgetting_due', {
  summary: 'End users are to be forgotten, or what came of it is to be looked after, by these receipts.',
  audience: 'work',
  version: 1,
  data: z.strictObject({
    receipts: z
      .array(z.strictObject({ workspaceId: WorkspaceId, receiptId: ReceiptId }))
      .min(1)
      .max(100),
  }),
  example: {
    receipts: [{ workspaceId: 'ws_01hvx3s9k2m4n6p8q0r2s4t6v8', receiptId: 'rcp_01hvx3s9k2m4n6p8q0r2s4t6v8' }],
  },
});

export const endUserEvents = [ForgettingDue];
