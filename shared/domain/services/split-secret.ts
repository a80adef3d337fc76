import type { Secret } from '../../secret.ts';
import type { ServiceDefinition, ServiceInput } from './definition.ts';

/** Parts a definition from its client secret; an empty secret counts as none (R53). */
export const splitSecret = (
  input: ServiceInput,
): { definition: ServiceDefinition; clientSecret: Secret | undefined } => {
  if (input.auth.type !== 'oauth2')
    return { definition: { ...input, auth: input.auth }, clientSecret: undefined };
  const { clientSecret, ...auth } = input.auth;
  return { definition: { ...input, auth }, clientSecret: clientSecret?.reveal() ? clientSecret : undefined };
};
