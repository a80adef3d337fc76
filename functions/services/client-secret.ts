import { readClientSecrets } from '#shared/domain/services/client-secrets.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { clientSecret } from './routes.ts';

/** Reads when the client secrets end, and how many auths each would take down. */
export const getClientSecret = endpoint(clientSecret, ({ deps, actor, path }) =>
  readClientSecrets(deps, { organizationId: actor.organizationId, ...path }),
);
