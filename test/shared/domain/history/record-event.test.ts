import { beforeEach, expect, it } from '@jest/globals';
import { listHistory } from '#shared/domain/history/list.ts';
import { recordEvent } from '#shared/domain/history/record-event.ts';
import { passing, world, type World } from '../../../support/deps.ts';
import { connectedAuth, countingTokens, oauth2Service } from '../../../support/nouns.ts';

let w: World;

beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
});

it('an account that a person connected stands in the history once, however often it is told; nothing else does', async () => {
  const auth = await connectedAuth(w, await oauth2Service(w));
  expect(w.bus.events.length).toBeGreaterThan(0);
  for (const event of [...w.bus.events, ...w.bus.events]) await passing(w.clock, recordEvent(w.deps, event));
  const query = { limit: 50 };
  const { items } = await listHistory(w.deps, { organizationId: w.organizationId, query });
  expect(items).toMatchObject([
    {
      action: 'auth.connected',
      actor: { type: 'system', id: 'connect', role: null },
      subjects: [w.workspaceId, auth.id, auth.serviceId],
      workspaceId: w.workspaceId,
      outcome: 'done',
    },
  ]);
});
