import * as z from 'zod';
import type { Settings } from './settings.ts';

/** The environment variables that say who else may call than server keys: the same on AWS and locally. */
export const callerVariables = {
  jwtIssuer: 'LATCHKEY_JWT_ISSUER',
  jwtAudience: 'LATCHKEY_JWT_AUDIENCE',
  jwtJwksUrl: 'LATCHKEY_JWT_JWKS_URL',
  jwtUserClaim: 'LATCHKEY_JWT_USER_CLAIM',
  jwtOrganizationClaim: 'LATCHKEY_JWT_ORGANIZATION_CLAIM',
  jwtRoleClaim: 'LATCHKEY_JWT_ROLE_CLAIM',
  corsOrigins: 'LATCHKEY_CORS_ORIGINS',
} as const;

const listed = (text: string): readonly string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

const isOrigin = (text: string): boolean =>
  /^https?:\/\/[^/*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;

const Url = z
  .literal('')
  .or(z.url({ protocol: /^https?$/ }))
  .default('');

/** Their values as the deployer writes them; an empty text is one left out. */
export const callerShape = {
  /** As `iss` of the tokens says it, to the letter. Empty: no tokens of people are taken. */
  jwtIssuer: Url,
  /** One or more of what `aud` may be, with commas between. Needed together with the issuer. */
  jwtAudience: z.string().default(''),
  /** Empty: what the issuer's discovery document says. */
  jwtJwksUrl: Url,
  jwtUserClaim: z.string().min(1).default('sub'),
  jwtOrganizationClaim: z.string().default(''),
  jwtRoleClaim: z.string().default(''),
  /** Origins of web pages, with commas between. Empty: browsers are let in from nowhere else. */
  corsOrigins: z
    .string()
    .default('')
    .refine(
      (text) => listed(text).every(isOrigin),
      'Expected origins with commas between, such as https://app.acme.example: no path, no slash at the end, no wildcard.',
    ),
};

type Callers = z.infer<z.ZodObject<typeof callerShape>>;

/** What the code reads. Throws, naming the variable, when there is an issuer without an audience: any client's tokens would do. */
export const callerSettings = (read: Callers): Pick<Settings, 'tokens' | 'corsOrigins'> => {
  const corsOrigins = listed(read.corsOrigins);
  if (read.jwtIssuer === '') return { corsOrigins };
  const audience = listed(read.jwtAudience);
  if (audience.length === 0) {
    throw new Error(`${callerVariables.jwtAudience} is missing: say whom the tokens of the issuer are for.`);
  }
  return {
    corsOrigins,
    tokens: {
      issuer: read.jwtIssuer,
      audience,
      jwksUrl: read.jwtJwksUrl || undefined,
      userClaim: read.jwtUserClaim,
      organizationClaim: read.jwtOrganizationClaim || undefined,
      roleClaim: read.jwtRoleClaim || undefined,
    },
  };
};
