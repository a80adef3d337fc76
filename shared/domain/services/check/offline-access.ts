import type { Metadata } from '../../../protocols/describe/discovery.ts';
import type { AuthorizationCodeDefinition } from '../../../protocols/oauth2/definition.ts';
import type { CheckFinding } from './finding.ts';

const asks = ({ scopes, optionalScopes, authorizationParams }: AuthorizationCodeDefinition): boolean =>
  [...scopes, ...optionalScopes.map(({ scope }) => scope)].some((scope) => /offline|refresh/i.test(scope)) ||
  Object.values(authorizationParams).some((value) => /offline|permanent/i.test(value));

const missing = (level: CheckFinding['level'], message: string, remedy: string): readonly CheckFinding[] => [
  { level, code: 'no_offline_access', path: 'auth.scopes', message, remedy },
];

/**
 * Whether consent asks for what makes providers grant refresh tokens (OpenID Connect Core §11 and its likes). `metadata`
 * is what the issuer tells, where there is one and it could be read.
 */
export const offlineFindings = (
  auth: AuthorizationCodeDefinition,
  metadata: Metadata | undefined,
): readonly CheckFinding[] => {
  if (asks(auth)) return [];
  if (metadata?.scopes_supported.includes('offline_access'))
    return missing(
      'warning',
      'The provider knows the scope offline_access and it is not asked for, so no refresh token comes: each auth ends with its first token.',
      'Add offline_access to auth.scopes.',
    );
  if (metadata && auth.refresh.defaultLifetimeSeconds === undefined) return [];
  return missing(
    'info',
    'Nothing here asks for a refresh token. Where the tokens of this provider end, each auth ends with its first one.',
    'Look up in the documentation of the provider whether tokens end. If so, ask for refresh tokens as it says: by a scope such as offline_access, or a parameter in authorizationParams such as access_type=offline.',
  );
};
