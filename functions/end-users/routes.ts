import * as z from 'zod';
import { EndUserId } from '#shared/domain/auths/auth.ts';
import { EndUserQuery, EndUserView } from '#shared/domain/end-users/list.ts';
import { ReceiptView } from '#shared/domain/end-users/receipt.ts';
import { pageOf } from '#shared/domain/inputs.ts';
import { route } from '#shared/entry/route.ts';
import { ReceiptId, WorkspaceId } from '#shared/ids.ts';

const inWorkspace = z.strictObject({ workspaceId: WorkspaceId });
const path = z.strictObject({ workspaceId: WorkspaceId, endUserId: EndUserId });

export const list = route({
  name: 'listEndUsers',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/end-users',
  summary:
    'Lists the end users who have auths in a workspace, by their ids, with what those auths are and how they fare.',
  needs: 'end_users:read',
  request: { path: inWorkspace, query: EndUserQuery },
  response: pageOf(EndUserView),
});

export const forget = route({
  name: 'forgetEndUser',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/end-users/{endUserId}/forget',
  summary:
    'Has all that a workspace holds of an end user destroyed: sessions, auths, which are taken back at the provider where that is possible, and what bears the id. The answer is the receipt; it is done in the background.',
  needs: 'end_users:write',
  status: 202,
  request: { path },
  response: ReceiptView,
});

export const receipt = route({
  name: 'getReceipt',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}/receipts/{receiptId}',
  summary: 'Tells how far an end user is forgotten, and what came of it. It names nobody.',
  needs: 'end_users:read',
  request: { path: z.strictObject({ workspaceId: WorkspaceId, receiptId: ReceiptId }) },
  response: ReceiptView,
});
