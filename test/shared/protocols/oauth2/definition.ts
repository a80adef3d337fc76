import { OAuth2Definition } from '#shared/protocols/oauth2/definition.ts';
import { oauth2Protocol } from '#shared/protocols/oauth2/protocol.ts';
import type { Ground, ProviderRequest } from '#shared/protocols/protocol.ts';
import { secret } from '#shared/secret.ts';

type Parts = Readonly<Record<string, unknown>>;

const ofCode = { authorizationUrl: 'https://{{sub}}.acme.example/authorize?audience=all' };
const ofGrant: Readonly<Record<string, Parts>> = {
  authorization_code: ofCode,
  client_credentials: {},
  password: { acknowledgeRisk: true },
};

/** A definition with everything left to its default; parts of it can be others. */
const definition = (parts: Parts = {}): OAuth2Definition => {
  const { grant = 'authorization_code' } = parts;
  return OAuth2Definition.parse({
    type: 'oauth2',
    grant,
    ...ofGrant[String(grant)],
    tokenUrl: 'https://{{sub}}.acme.example/token',
    clientId: 'cli ent:1',
    scopes: ['read', 'write'],
    ...parts,
  });
};

export const protocol = (parts: Parts = {}) => oauth2Protocol(definition(parts));

export const clientSecret = secret('s-e_c r+e:t/ü');
export const now = Date.UTC(2026, 10, 22, 12);
export const redirectUri = 'https://latchkey.example/oauth/callback';

/** What a request is built from. The bytes count upwards, so that no two draws are the same. */
export const ground = (parts: Partial<Ground> = {}): Ground => {
  let drawn = 0;
  return {
    values: { sub: 'eu' },
    secrets: { clientSecret },
    now,
    bytes: (length) => Uint8Array.from({ length }, () => (drawn += 7) % 256),
    ...parts,
  };
};

export const header = ({ headers }: ProviderRequest, name: string) =>
  headers.find(([known]) => known === name)?.[1];
export const form = ({ body }: ProviderRequest) => Object.fromEntries(new URLSearchParams(body));
export const basicOf = (request: ProviderRequest) =>
  Buffer.from(header(request, 'authorization')?.replace('Basic ', '') ?? '', 'base64').toString();

/** The exchange of a code, as far as its request. */
export const exchange = async (parts: Parts = {}, given: Partial<Ground> = {}): Promise<ProviderRequest> => {
  const turn = await protocol(parts).consent!.arrive({
    ground: ground(given),
    redirectUri,
    query: new URLSearchParams({ code: 'c&o=de', state: 's' }),
    kept: { codeVerifier: 'verifier' },
  });
  if (!('request' in turn)) throw new Error(`The callback was ${turn.kind} (${turn.code}).`);
  return turn.request;
};
