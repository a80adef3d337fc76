import { beforeEach } from '@jest/globals';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { testDueAuths } from '#shared/domain/auths/test-due.ts';
import type { Service } from '#shared/domain/services/service.ts';
import type { Deps, IncomingResponse } from '#shared/ports.ts';
import { world, type World } from './deps.ts';
import { authNow, countingTokens, keyedAuth, tokenService, tokenUrl } from './nouns.ts';
import { answer } from './watched.ts';

interface Stage {
  w: World;
  service: Service;
  auth: Auth;
  /** How the service answers. */
  reply: () => IncomingResponse | Promise<IncomingResponse>;
}

/** What a service describes as its test. */
export const test = { path: '/me' };

/** A world with an auth that is tested daily, new for each test of a file, and the ways to bring its next test about. */
export const dailyTests = () => {
  const stage = { reply: () => answer(200) } as Stage;
  beforeEach(async () => {
    stage.w = await world();
    const tokens = countingTokens();
    stage.reply = () => answer(200, '{}');
    stage.w.http.answers(({ url }) => (url === tokenUrl ? tokens() : stage.reply()));
    stage.service = await tokenService(stage.w, { test });
    stage.auth = await keyedAuth(stage.w, stage.service);
  });
  const now = (id = stage.auth.id) => authNow(stage.w, id);
  const run = (id = stage.auth.id, deps: Deps = stage.w.deps) =>
    testDueAuths(deps, stage.w.organizationId, [id]);
  return {
    stage,
    now,
    run,
    /** How often the service was called. */
    tries: () => stage.w.http.requests.filter(({ url }) => url !== tokenUrl).length,
    /** Goes to the moment of the next test and tests. */
    next: async (id = stage.auth.id): Promise<Auth> => {
      const { testAt = NaN } = await now(id);
      await stage.w.clock.advance(Math.max(testAt - stage.w.clock.now(), 0));
      await run(id);
      return now(id);
    },
    where: () => ({
      organizationId: stage.w.organizationId,
      workspaceId: stage.w.workspaceId,
      authId: stage.auth.id,
    }),
    refusing: () => {
      stage.reply = () => answer(401);
    },
  };
};
