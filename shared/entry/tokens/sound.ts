import * as z from 'zod';

/** Of which kind a key must be for an algorithm (RFC 7518 §3.1, RFC 8037 §3.1). What is not here is never taken, `none` first. */
const algorithms: Readonly<Record<string, readonly string[]>> = {
  RS256: ['RSA'],
  RS384: ['RSA'],
  RS512: ['RSA'],
  ES256: ['P-256'],
  ES384: ['P-384'],
  ES512: ['P-521'],
  EdDSA: ['Ed25519', 'Ed448'],
};

const Header = z.object({
  alg: z.enum(Object.keys(algorithms)),
  /** Tokens for another use say so: one of a logout must not let anybody in (RFC 8725 §3.11). */
  typ: z
    .string()
    .regex(/^(application\/)?(at\+)?jwt$/i)
    .optional(),
  /** What has to be understood and is not (RFC 7515 §4.1.11). */
  crit: z.undefined().optional(),
});

const Key = z.object({ kty: z.string(), crv: z.string().optional() });

interface Signed {
  readonly header: unknown;
  readonly jwk: unknown;
}

/** Throws unless a token of which the signature is good was signed by the key's own kind of algorithm, and for this use. */
export const demandSound = ({ header, jwk }: Signed): void => {
  const { alg } = Header.parse(header);
  const { kty, crv = kty } = Key.parse(jwk);
  if (!algorithms[alg]?.includes(crv)) throw new Error('The key is of another kind than the algorithm.');
};
