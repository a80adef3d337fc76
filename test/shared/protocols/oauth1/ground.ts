import { OAuth1Definition } from '#shared/protocols/oauth1/definition.ts';
import type { Ground } from '#shared/protocols/protocol.ts';
import { secret } from '#shared/secret.ts';

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

interface GroundParts {
  readonly nonce?: string;
  readonly seconds?: number;
  readonly values?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** A ground whose bytes give a stated nonce, at a stated second. */
export const groundOf = ({
  nonce = 'chapoH',
  seconds = 137131200,
  values = {},
  secrets = { consumerSecret: 'kd94hf93k423kf44' },
}: GroundParts = {}): Ground => ({
  values,
  secrets: Object.fromEntries(Object.entries(secrets).map(([name, text]) => [name, secret(text)])),
  now: seconds * 1000 + 999,
  bytes: () => Uint8Array.from(nonce, (character) => characters.indexOf(character)),
});

type Parts = Readonly<Record<string, unknown>>;

const common = {
  type: 'oauth1',
  acknowledgeRisk: true,
  consumerKey: 'dpf43f3p2l4k3l03',
  version: false,
} as const;

/** The printer and the photos of RFC 5849 §1.2, without `oauth_version` as there; parts can be others. */
export const threeLegged = (parts: Parts = {}): OAuth1Definition =>
  OAuth1Definition.parse({
    ...common,
    grant: 'three_legged',
    realm: 'Photos',
    requestTokenUrl: 'https://photos.example.net/initiate',
    authorizationUrl: 'https://photos.example.net/authorize',
    accessTokenUrl: 'https://photos.example.net/token',
    ...parts,
  });

/** Tokens that are there already, without a realm. */
export const fixedTokens = (parts: Parts = {}): OAuth1Definition =>
  OAuth1Definition.parse({ ...common, grant: 'fixed_tokens', ...parts });

/** Bytes of a text. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A header of a form. */
export const form = ['content-type', 'application/x-www-form-urlencoded'] as const;
