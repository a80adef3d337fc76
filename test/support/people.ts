import { guardedHttp, parseAllowList } from '#shared/aws/egress.ts';
import { members } from '#shared/domain/members/member.ts';
import type { OrganizationRole } from '#shared/permissions.ts';
import type { Deps } from '#shared/ports.ts';
import type { TokenSettings } from '#shared/settings.ts';
import type { World } from './deps.ts';
import type { Issuer } from './issuer.ts';

export const audience = 'https://latchkey.acme.example';

/** The ports of a world in which the issuer's people may call, and the issuer is reached as on AWS: through the guard. */
export const withPeople = (
  { deps }: Pick<World, 'deps'>,
  issuer: Issuer,
  { corsOrigins, ...tokens }: Partial<TokenSettings> & { corsOrigins?: readonly string[] } = {},
): Deps => ({
  ...deps,
  http: guardedHttp({ allow: parseAllowList(issuer.host), plainHttp: true }),
  settings: {
    ...deps.settings,
    corsOrigins,
    tokens: { issuer: issuer.url, audience: [audience], userClaim: 'sub', ...tokens },
  },
});

/** What a good token says. */
export const claimsAt = (
  w: Pick<World, 'clock'>,
  issuer: Issuer,
  parts: Readonly<Record<string, unknown>> = {},
) => {
  const now = Math.floor(w.clock.now() / 1000);
  return { iss: issuer.url, aud: audience, sub: 'user-1', iat: now, exp: now + 3600, ...parts };
};

/** A person of the organization. */
export const person = (
  { deps, organizationId }: Pick<World, 'deps' | 'organizationId'>,
  userId: string,
  role: OrganizationRole,
  removedAt?: number,
) =>
  deps.store.insert(members, {
    organizationId,
    userId,
    role,
    removedAt,
    version: 1,
    createdAt: deps.clock.now(),
    revision: 0,
  });
