import { endUserOf } from '#shared/domain/end-users/own-auths.ts';
import { startOwnConnect } from '#shared/domain/end-users/own-connect.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { connect } from './routes.ts';

/** Opens a connect session for the end user who asks. */
export const startOwnConnectSession = endpoint(connect, ({ deps, actor, body }) =>
  startOwnConnect(deps, endUserOf(actor), body),
);
