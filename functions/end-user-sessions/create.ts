import { createEndUserSession as run } from '#shared/domain/end-users/create-session.ts';
import { showEndUserSession } from '#shared/domain/end-users/session.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { create } from './routes.ts';

/** Opens a session for an end user and shows its token, this once. */
export const createEndUserSession = endpoint(create, async ({ deps, actor, path, body }) => {
  const { session, token } = await run(deps, {
    organizationId: actor.organizationId,
    ...path,
    input: body,
  });
  return { ...showEndUserSession(session), token: token.reveal() };
});
