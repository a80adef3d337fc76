import * as z from 'zod';
import { callerSettings, callerShape, callerVariables } from '#shared/caller-settings.ts';

const Config = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  LATCHKEY_DIR: z.string().min(1).default('.latchkey'),
  LATCHKEY_EGRESS_ALLOW: z.string().default(''),
  /** Any AWS-compatible endpoint instead of the embedded database. */
  AWS_ENDPOINT_URL: z.url().optional(),
});

/** The variables of AWS under their own names, so that a message names what has to be corrected. */
const { jwtIssuer, jwtAudience, jwtJwksUrl, jwtUserClaim, jwtOrganizationClaim, jwtRoleClaim, corsOrigins } =
  callerVariables;
const Callers = z
  .object({
    [jwtIssuer]: callerShape.jwtIssuer,
    [jwtAudience]: callerShape.jwtAudience,
    [jwtJwksUrl]: callerShape.jwtJwksUrl,
    [jwtUserClaim]: callerShape.jwtUserClaim,
    [jwtOrganizationClaim]: callerShape.jwtOrganizationClaim,
    [jwtRoleClaim]: callerShape.jwtRoleClaim,
    [corsOrigins]: callerShape.corsOrigins,
  })
  .transform((read) =>
    callerSettings({
      jwtIssuer: read[jwtIssuer],
      jwtAudience: read[jwtAudience],
      jwtJwksUrl: read[jwtJwksUrl],
      jwtUserClaim: read[jwtUserClaim],
      jwtOrganizationClaim: read[jwtOrganizationClaim],
      jwtRoleClaim: read[jwtRoleClaim],
      corsOrigins: read[corsOrigins],
    }),
  );

export type LocalConfig = z.infer<typeof Config> & { readonly callers: z.infer<typeof Callers> };

const parsed = <T extends z.ZodType>(schema: T): z.output<T> => {
  const read = schema.safeParse(process.env);
  if (read.success) return read.data;
  throw new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
};

/** Reads the environment of the local product. Throws a sentence that names what is wrong. */
export const readLocalConfig = (): LocalConfig => ({ ...parsed(Config), callers: parsed(Callers) });
