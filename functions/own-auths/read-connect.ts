import { showSession } from '#shared/domain/connect/session.ts';
import { endUserOf } from '#shared/domain/end-users/own-auths.ts';
import { readOwnConnect } from '#shared/domain/end-users/own-connect.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { readConnect } from './routes.ts';

/** Tells how a connect session of the end user who asks stands. */
export const getOwnConnectSession = endpoint(readConnect, async ({ deps, actor, path }) =>
  showSession(await readOwnConnect(deps, endUserOf(actor), path.sessionId)),
);
