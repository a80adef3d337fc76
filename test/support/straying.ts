import { platformOf, type AuthBody, type Platform } from './platform.ts';
import { startProduct, type RunningProduct } from './product.ts';
import {
  bearer,
  sees,
  sendsBack,
  startScriptableProvider,
  type ScriptableProvider,
  type Section,
} from './scriptable-provider.ts';

type Input = Readonly<Record<string, unknown>>;

/** A product, and a provider of OAuth 2 beside it that strays from the RFCs as a test scripts it. */
export interface Straying {
  readonly provider: ScriptableProvider;
  readonly product: RunningProduct;
  readonly platform: Platform;
  /** A provider that keeps to the RFCs until it is scripted otherwise, with an API that takes two tokens. */
  readonly strayer: (name: string) => Section;
  /** Fails unless a call through the proxy brings this token to the API. */
  readonly usesToken: (authId: string, expected: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const token = { access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 };
export const refreshable = { ...token, refresh_token: 'refresh-1' };

/** The definition of a strayer as a service. */
export const strayDocument = ({ url }: Section, auth: Input = {}, more: Input = {}) => ({
  name: 'A provider that strays',
  baseUrl: `${url}/api`,
  auth: {
    ...{ type: 'oauth2', grant: 'authorization_code', scopes: ['read'] },
    ...{ authorizationUrl: `${url}/authorize`, tokenUrl: `${url}/token` },
    ...{ clientId: 'client-1', clientSecret: 'secret-1' },
    ...auth,
  },
  ...more,
});

/** The life of an auth's token in seconds. */
export const lifeOf = ({ accessExpiresAt, consentedAt }: AuthBody): number =>
  Math.round((Date.parse(accessExpiresAt) - Date.parse(consentedAt)) / 1000);

const strayerOf = (provider: ScriptableProvider, name: string): Section => {
  const section = provider.section(name);
  section.on('/authorize', sendsBack());
  section.on('/token', { body: token });
  section.on('/api', sees(bearer('token-1', 'token-2')));
  return section;
};

/** Starts both. */
export const startStraying = async (): Promise<Straying> => {
  const provider = await startScriptableProvider();
  const product = await startProduct({ allow: provider.host });
  const platform = await platformOf(product);
  return {
    provider,
    product,
    platform,
    strayer: (name) => strayerOf(provider, name),
    usesToken: async (authId, expected) => {
      const { status, body } = await platform.proxied(authId, '/me');
      if (status !== 200) throw new Error(`The API answered ${status}: ${JSON.stringify(body)}`);
      const sent = body.headers['authorization'] ?? 'nothing';
      if (sent !== `Bearer ${expected}`) throw new Error(`Expected ${expected} at the API; it saw ${sent}.`);
    },
    stop: async () => {
      await product.discard();
      await provider.stop();
    },
  };
};
