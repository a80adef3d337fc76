import { createAuth } from '#shared/domain/auths/create.ts';
import { NewAuth } from '#shared/domain/auths/new-auth.ts';
import { foundOrganization } from '#shared/domain/deployment/found.ts';
import { createService } from '#shared/domain/services/create.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import type { Deps } from '#shared/ports.ts';
import type { Surroundings } from './ports.ts';

const atOnce = 10;
const hour = 3_600_000;

const service = ({ tokenUrl, clientSecret }: Surroundings) =>
  ServiceInput.parse({
    name: 'Benchmark',
    baseUrl: new URL(tokenUrl).origin,
    auth: {
      type: 'oauth2',
      grant: 'authorization_code',
      authorizationUrl: new URL('/authorize', tokenUrl).href,
      tokenUrl,
      clientId: 'latchkey',
      clientSecret,
      scopes: ['offline_access'],
    },
  });

/** Makes a service and auths with refresh tokens, through the product's own operations. */
export const seed = async (deps: Deps, surroundings: Surroundings): Promise<void> => {
  const { organizationId, workspaceId } = await foundOrganization(deps);
  const where = { organizationId, workspaceId };
  const { id: serviceId } = await createService(deps, { ...where, input: service(surroundings) });
  const waiting = Array.from({ length: surroundings.auths }, (_, place) => `account-${place}`);
  const make = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const expiresAt = new Date(deps.clock.now() + hour).toISOString();
      const credential = { accessToken: 'before', refreshToken: `${name}.0`, expiresAt };
      await createAuth(deps, {
        ...where,
        input: NewAuth.parse({ serviceId, name, credential }),
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, make));
};
