import { KidNotFoundInJwksError } from 'aws-jwt-verify/error';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import * as z from 'zod';
import type { Deps } from '../../ports.ts';
import type { TokenSettings } from '../../settings.ts';
import { invalidToken } from '../invalid-token.ts';
import { keysAtHand, newerKeys } from './keys-at-hand.ts';

/** Larger than any that an identity provider makes to be sent in a header, in characters. */
const longest = 8_192;

/** How far the issuer's clock may be ahead of ours. Seconds. */
const skew = 60;

const Claims = z.looseObject({
  exp: z.number(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  client_id: z.unknown().optional(),
});

/** What a token says of its bearer. */
type Claims = Readonly<Record<string, unknown>>;

const notTaken = () => invalidToken('The token is not one that is taken here.');

/** Where there is no audience at all, the client stands for it: access tokens of Amazon Cognito are so. */
const isMeantFor = ({ aud, client_id: client }: z.infer<typeof Claims>, audience: readonly string[]) =>
  (aud === undefined ? [client] : [aud].flat()).some((each) => audience.some((known) => known === each));

/** Whether it is worth asking the issuer for its keys: what is no token of its own is none of its business. */
const claimsIssuer = (text: string, { issuer }: TokenSettings): boolean => {
  try {
    const { header, payload } = decomposeUnverifiedJwt(text);
    return header.kid !== undefined && payload.iss === issuer;
  } catch {
    return false;
  }
};

const judge = ({ clock }: Deps, { audience }: TokenSettings, payload: unknown): Claims => {
  const { data: claims } = Claims.safeParse(payload);
  if (!claims || !isMeantFor(claims, audience)) throw notTaken();
  const now = clock.now() / 1000;
  if (claims.exp <= now) throw invalidToken('The token has expired. Take a new one.');
  if (Math.max(claims.nbf ?? 0, claims.iat ?? 0) > now + skew) throw notTaken();
  return claims;
};

/**
 * What a JWT (RFC 7519) of the configured issuer says, once its signature, issuer, audience and times are found good.
 * Rejects with 401, or with 503 `issuer_unavailable` when the issuer's keys are needed and cannot be had.
 */
export const verifyToken = async (deps: Deps, tokens: TokenSettings, text: string): Promise<Claims> => {
  if (text.length > longest || !claimsIssuer(text, tokens)) throw notTaken();
  const keys = await keysAtHand(deps, tokens);
  const check = ({ verifier }: typeof keys): { readonly payload: unknown } | undefined => {
    try {
      return { payload: verifier.verifySync(text) };
    } catch (error) {
      if (error instanceof KidNotFoundInJwksError) return undefined;
      throw notTaken();
    }
  };
  const checked = check(keys) ?? check(await newerKeys(deps, tokens, keys));
  if (!checked) throw notTaken();
  return judge(deps, tokens, checked.payload);
};
