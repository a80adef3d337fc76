import * as z from 'zod';
import { lifetimeProfile } from '../../lifetimes/profiles.ts';
import type { AuthDefinition } from '../../protocols/definition.ts';
import type { ServiceDefinition } from './definition.ts';
import type { Legacy } from './legacy.ts';

/** Something that works and had better be otherwise. */
export const Warning = z.object({ code: z.string(), path: z.string(), message: z.string() });
export type Warning = z.infer<typeof Warning>;

/** Whether whoever uses a type must say that they know its risk (R33). */
export const isDiscouraged = (auth: AuthDefinition): boolean => 'acknowledgeRisk' in auth;

const discouraged = (auth: AuthDefinition): readonly Warning[] =>
  isDiscouraged(auth)
    ? [
        {
          code: 'discouraged_auth_type',
          path: 'auth.type',
          message:
            auth.type === 'oauth1'
              ? 'OAuth 1 is discouraged: its secrets cannot be limited in scope or time. Use OAuth 2 where the provider has it.'
              : "The password grant is discouraged (RFC 9700 §2.4): Latchkey holds the person's password. Use authorization_code where the provider has it.",
        },
      ]
    : [];

const withoutPkce = (auth: AuthDefinition): readonly Warning[] =>
  auth.type === 'oauth2' && auth.grant === 'authorization_code' && auth.pkce === 'none'
    ? [
        {
          code: 'pkce_off',
          path: 'auth.pkce',
          message:
            'PKCE is off, so an intercepted code can be used by others (RFC 9700 §2.1.1). Say "S256" unless the provider refuses it.',
        },
      ]
    : [];

const goingAway = (legacy: Legacy | undefined): readonly Warning[] => {
  if (!legacy) return [];
  const { message = 'This service is a legacy one: use another where there is one.', sunsetAt } = legacy;
  const end = sunsetAt === undefined ? '' : ` From ${sunsetAt} on no new auth is made with it.`;
  return [{ code: 'legacy_service', path: 'legacy', message: `${message}${end}` }];
};

const unknownProfiles = ({ lifetimeProfile: own, environments }: ServiceDefinition): readonly Warning[] => {
  const named = [
    ['lifetimeProfile', own] as const,
    ...Object.entries(environments).map(
      ([name, { lifetimeProfile }]) => [`environments.${name}.lifetimeProfile`, lifetimeProfile] as const,
    ),
  ];
  return named.flatMap(([path, name]) =>
    name === undefined || lifetimeProfile(name)
      ? []
      : [
          {
            code: 'unknown_lifetime_profile',
            path,
            message:
              'There is no such profile, so no end is foreseen by it. GET /v1/lifetime-profiles lists those that there are; or say under lifetime how long auths live.',
          },
        ],
  );
};

/** What a definition's answers warn of, as long as it stands so; and that a legacy service is to go. */
export const warningsOf = (definition: ServiceDefinition, legacy?: Legacy): readonly Warning[] => [
  ...discouraged(definition.auth),
  ...withoutPkce(definition.auth),
  ...goingAway(legacy),
  ...unknownProfiles(definition),
];
