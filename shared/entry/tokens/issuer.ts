import * as z from 'zod';
import { readText } from '../../domain/read-text.ts';
import type { Deps } from '../../ports.ts';
import type { TokenSettings } from '../../settings.ts';

/** As long as a caller is kept waiting for somebody else, and as much as is read of them. */
const patience = 5_000;
const largest = 262_144;

/** The length of a modulus of 2,048 bits in base64url: weaker keys are not to be used (RFC 7518 §3.3). */
const shortestModulus = 342;

const OfSignatures = { kid: z.string().min(1), use: z.literal('sig').optional(), alg: z.string().optional() };
/** The public keys that a signature can be checked with (RFC 7517, RFC 8037); whatever else such a key holds is left out. */
const PublicKey = z.discriminatedUnion('kty', [
  z.object({
    ...OfSignatures,
    kty: z.literal('RSA'),
    n: z.string().min(shortestModulus),
    e: z.string(),
  }),
  z.object({
    ...OfSignatures,
    kty: z.literal('EC'),
    crv: z.enum(['P-256', 'P-384', 'P-521']),
    x: z.string(),
    y: z.string(),
  }),
  z.object({ ...OfSignatures, kty: z.literal('OKP'), crv: z.enum(['Ed25519', 'Ed448']), x: z.string() }),
]);
type PublicKey = z.infer<typeof PublicKey>;

const KeySet = z.object({ keys: z.array(z.unknown()) });
const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });

const read = async <T>({ http }: Deps, url: string, schema: z.ZodType<T>): Promise<T> => {
  const response = await http.send({
    method: 'GET',
    url,
    headers: [['accept', 'application/json']],
    timeoutMilliseconds: patience,
    signal: AbortSignal.timeout(patience),
  });
  const text = await readText(response, largest);
  if (response.status !== 200) throw new Error('The issuer does not show what it should.');
  return schema.parse(JSON.parse(text));
};

const keySetUrl = async (deps: Deps, { issuer, jwksUrl }: TokenSettings): Promise<string> => {
  if (jwksUrl !== undefined) return jwksUrl;
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const found = await read(deps, url, Discovery);
  // OpenID Connect Discovery 1.0 §4.3: else anyone who may write one path of a host speaks for all of it.
  if (found.issuer !== issuer) throw new Error('The discovery document is that of another issuer.');
  return found.jwks_uri;
};

/**
 * The keys that the issuer signs with at present. Of a set the keys that are of another kind or too weak are left out
 * (RFC 7517 §5). Rejects when the issuer cannot be asked, or answers something else.
 */
export const readIssuerKeys = async (deps: Deps, tokens: TokenSettings): Promise<readonly PublicKey[]> => {
  const { keys } = await read(deps, await keySetUrl(deps, tokens), KeySet);
  return keys.flatMap((key) => PublicKey.safeParse(key).data ?? []);
};
