import { expect } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import type { EntryView } from '#shared/domain/history/view.ts';
import type { KeyRole } from '#shared/permissions.ts';
import { call, type Answered, type Sent } from '../../support/api.ts';
import { world, type World } from '../../support/deps.ts';
import {
  actor,
  connectedAuth,
  countingTokens,
  oauth2Service,
  tokenUrl,
  umbrella,
} from '../../support/nouns.ts';
import { subscribed, webhookAt } from '../../support/deliveries.ts';
import { capturedOutput } from '../../support/output.ts';
import { answer } from '../../support/watched.ts';

export const bare = '0'.repeat(26);

/** Stands in every body and header that is sent, and in nothing that is told. */
export const planted = 'planted-secret';

export let w: World;
export let output: ReturnType<typeof capturedOutput>;
export let owner = '';
export let viewer = '';
export let ids: Record<string, string>;

export const keyOf = async (role: KeyRole, workspaceId?: string) => {
  const { key, text } = await createKey(w.deps, {
    by: actor(w),
    input: { name: role, role, workspaceId },
  });
  return { id: key.id, authorization: `Bearer ${text.reveal()}` };
};

/** What each test begins with: a world of its own. */
export const setStage = async (): Promise<void> => {
  output = capturedOutput();
  w = await world();
  provide(w.deps);
  owner = `Bearer ${(await firstKey(w.deps, w.organizationId)).reveal()}`;
  viewer = (await keyOf('viewer')).authorization;
  const tokens = countingTokens();
  w.http.answers(({ url }) => (url === tokenUrl ? tokens() : answer(200)));
  const service = await oauth2Service(w);
  ids = {
    workspaceId: w.workspaceId,
    serviceId: service.id,
    authId: (await connectedAuth(w, service)).id,
    umbrellaId: (await umbrella(w)).id,
    subscriptionId: (await subscribed(w, webhookAt('ops'))).subscription.id,
    keyId: `key_${bare}`,
    sessionId: `cs_${bare}`,
    deliveryId: `dlv_${bare}`,
    connectorId: `con_${bare}`,
    solutionId: `sol_${bare}`,
    receiptId: `rcp_${bare}`,
    organizationId: `org_${bare}`,
    endUserSessionId: `eus_${bare}`,
    userId: 'user-1',
    endUserId: 'customer-17',
    legacyId: 'legacy-1',
    path: 'x',
  };
};

export const endStage = (): void => output.stop();

export const send = async (noun: string, sent: Sent): Promise<Answered> => {
  const { handler } = (await import(`#functions/${noun}/lambda.ts`)) as { handler: unknown };
  return call(handler, sent);
};

/** The history as an owner reads it. */
export const history = async (query = ''): Promise<readonly EntryView[]> => {
  const { json, status } = await send('history', {
    method: 'GET',
    path: '/v1/history',
    query: `limit=200&${query}`,
    headers: { authorization: owner },
  });
  expect(status).toBe(200);
  return json['items'] as EntryView[];
};
