import { environment } from '#shared/config.ts';

/** The environment of a function: all that shared/config.ts reads, so that a new variable there is missed here at once. */
export type Variables = Readonly<Record<(typeof environment)[keyof typeof environment], string>>;

/** Names the values as the functions read them. */
export const variables = (values: Readonly<Record<keyof typeof environment, string>>): Variables => ({
  [environment.table]: values.table,
  [environment.bus]: values.bus,
  [environment.vault]: values.vault,
  [environment.secretPrefix]: values.secretPrefix,
  [environment.sealingKey]: values.sealingKey,
  [environment.publicUrl]: values.publicUrl,
  [environment.streamingUrl]: values.streamingUrl,
  [environment.egressAllow]: values.egressAllow,
  [environment.jwtIssuer]: values.jwtIssuer,
  [environment.jwtAudience]: values.jwtAudience,
  [environment.jwtJwksUrl]: values.jwtJwksUrl,
  [environment.jwtUserClaim]: values.jwtUserClaim,
  [environment.jwtOrganizationClaim]: values.jwtOrganizationClaim,
  [environment.jwtRoleClaim]: values.jwtRoleClaim,
  [environment.corsOrigins]: values.corsOrigins,
});
