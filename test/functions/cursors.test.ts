import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { createEndUserSession } from '#shared/domain/end-users/create-session.ts';
import { cursorOf } from '#shared/domain/paging.ts';
import { routes } from '#functions/routes.ts';
import { call } from '../support/api.ts';
import { world, type World } from '../support/deps.ts';
import { connectedAuth, countingTokens, oauth2Service, umbrella } from '../support/nouns.ts';
import { capturedOutput } from '../support/output.ts';
import { subscribed, webhookAt } from '../support/deliveries.ts';

let w: World;
let authorization = '';
let ids: Readonly<Record<string, string>>;
let endUser = '';
let output: ReturnType<typeof capturedOutput>;

beforeEach(async () => {
  output = capturedOutput();
  w = await world();
  provide(w.deps);
  authorization = `Bearer ${(await firstKey(w.deps, w.organizationId)).reveal()}`;
  w.http.answers(countingTokens());
  const service = await oauth2Service(w);
  ids = {
    workspaceId: w.workspaceId,
    serviceId: service.id,
    authId: (await connectedAuth(w, service)).id,
    umbrellaId: (await umbrella(w)).id,
    subscriptionId: (await subscribed(w, webhookAt('ops'))).subscription.id,
  };
  const { organizationId, workspaceId } = w;
  const input = { endUserId: 'ada', expiresInSeconds: 3600 };
  const opened = await createEndUserSession(w.deps, { organizationId, workspaceId, input });
  endUser = `Bearer ${opened.token.reveal()}`;
});

afterEach(() => {
  output.stop();
});

const lists = routes.filter(({ route }) => route.request.query.safeParse({ cursor: 'bmV4dA' }).success);

/** A digest is there once something was gathered in it: what is not there answers 404 first. */
const withoutMore = lists.filter(({ route }) => route.method === 'GET' && !route.path.includes('{digestId}'));

describe('a list', () => {
  it.each(
    withoutMore.filter(({ route }) => route.needs !== 'nobody').map((one) => [one.route.name, one] as const),
  )(
    '%s refuses a cursor that is no one’s, or that of another list, instead of looking as if it had ended',
    async (_, { noun, route }) => {
      const { handler } = (await import(`#functions/${noun}/lambda.ts`)) as { handler: unknown };
      const path = route.path.replace(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? '?');
      const sent = (query: string) =>
        call(handler, {
          method: 'GET',
          path,
          query,
          headers: { authorization: route.needs.startsWith('own_auths:') ? endUser : authorization },
        });
      expect((await sent('limit=1')).status).toBe(200);
      for (const cursor of ['bmV4dA', 'zzzz', cursorOf('another', 'place')]) {
        const { status, error } = await sent(`cursor=${cursor ?? ''}`);
        expect([status, error.details]).toEqual([
          400,
          [{ path: 'query.cursor', message: 'Send the nextCursor of the page before, as it was.' }],
        ]);
      }
    },
  );
});
