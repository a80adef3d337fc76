import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { documentFrom, needsOf } from '#shared/catalogue/document.ts';
import { catalogueEntries, catalogueEntry } from '#shared/catalogue/entries.ts';
import type { CatalogueEntry } from '#shared/catalogue/entry.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { protocolOf } from '#shared/protocols/protocol-of.ts';
import type { Conversation, Ground, ProviderRequest } from '#shared/protocols/protocol.ts';
import { secret } from '#shared/secret.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const application = {
  clientId: 'our-id',
  clientSecret: 'our-secret',
  privateKey,
  consumerKey: 'our-key',
  consumerSecret: 'our-secret',
  acknowledgeRisk: true,
} as const;

/** An entry as a service that somebody filled in. */
const filled = (entry: CatalogueEntry) => {
  const given = Object.fromEntries(
    needsOf(entry).map((need) => [need, application[need as keyof typeof application]]),
  );
  const { auth, fields } = ServiceInput.parse(documentFrom(entry, given));
  const values = fields.flatMap(({ key, default: value, required }) =>
    value === undefined && !required ? [] : [[key, value ?? 'acme'] as const],
  );
  const ground: Ground = {
    values: { ...Object.fromEntries(values), ...('clientId' in auth && { client_id: auth.clientId }) },
    secrets: {
      clientSecret: secret(application.clientSecret),
      privateKey: secret(privateKey),
      consumerSecret: secret(application.consumerSecret),
    },
    now: Date.UTC(2026, 10, 1),
    bytes: (length) => new Uint8Array(length).fill(7),
  };
  return { auth, ground, protocol: protocolOf(auth) };
};

const redirectUri = 'https://latchkey.example/oauth/callback';

/** The page that a person is sent to, and the request that follows their return. */
const walked = async (name: string, query: Readonly<Record<string, string>> = { code: 'the-code' }) => {
  const { auth, ground, protocol } = filled(catalogueEntry(name)!);
  const scopes = 'scopes' in auth ? auth.scopes : [];
  const departure = await protocol.consent!.depart({ ground, redirectUri, state: 'state', scopes });
  if (!('page' in departure)) throw new Error('The provider is asked first.');
  const arrived = (await protocol.consent!.arrive({
    ground,
    redirectUri,
    query: new URLSearchParams({ ...query, state: 'state' }),
    kept: departure.kept,
  })) as Conversation;
  return { page: departure.page, exchange: arrived };
};

const issued = async (name: string): Promise<ProviderRequest> => {
  const { ground, protocol } = filled(catalogueEntry(name)!);
  return (await protocol.issue!(ground)).request;
};

const formOf = ({ body = '' }: ProviderRequest) => Object.fromEntries(new URLSearchParams(body));

describe('the first request of an entry', () => {
  const opening = catalogueEntries().filter(({ service }) => service.auth.type !== 'token');

  it.each(opening.map((entry) => [entry.name, entry] as const))('%s can be built', async (_, entry) => {
    const { auth, ground, protocol } = filled(entry);
    const { consent, issue } = protocol;
    if (auth.type === 'oauth1' && auth.grant === 'fixed_tokens') {
      expect(protocol.sign).toBeDefined();
      return;
    }
    const scopes = 'scopes' in auth ? auth.scopes : [];
    const begun = consent
      ? await consent.depart({ ground, redirectUri, state: 'state', scopes })
      : await issue!(ground);
    const url = 'page' in begun ? begun.page : new URL(begun.request.url);
    expect(url.protocol).toBe('https:');
    expect(decodeURIComponent(url.href)).not.toMatch(/\{\{|\}\}/);
  });
});

describe('what strays from the RFCs', () => {
  it('TikTok knows the client by client_key, at the page and at the token endpoint', async () => {
    const { page, exchange } = await walked('tiktok');
    expect(page.searchParams.get('client_key')).toBe('our-id');
    expect(page.searchParams.has('client_id')).toBe(false);
    expect(formOf(exchange.request)).toMatchObject({ client_key: 'our-id', client_secret: 'our-secret' });
  });

  it.each(['monday', 'clickup'])('%s takes no response_type', async (name) => {
    expect((await walked(name)).page.searchParams.has('response_type')).toBe(false);
  });

  it('Slack is asked for what a user may do by another parameter than for a bot', async () => {
    expect((await walked('slack')).page.searchParams.get('scope')).toBe('chat:write');
    const { page } = await walked('slack-user');
    expect(page.searchParams.get('user_scope')).toBe('users:read');
    expect(page.searchParams.has('scope')).toBe(false);
  });

  it('LinkedIn is sent no nonce, because its ID tokens hold none', async () => {
    expect((await walked('linkedin')).page.searchParams.has('nonce')).toBe(false);
    expect((await walked('google')).page.searchParams.has('nonce')).toBe(true);
  });

  it('QuickBooks tells the company in the callback, Amazon the seller and the code', async () => {
    const { exchange } = await walked('quickbooks', { code: 'the-code', realmId: '42' });
    expect(exchange.metadata).toEqual({ realm_id: '42' });
    const amazon = await walked('amazon-sp-api', {
      spapi_oauth_code: 'their-code',
      selling_partner_id: 'S1',
    });
    expect(amazon.exchange.metadata).toEqual({ selling_partner_id: 'S1' });
    expect(formOf(amazon.exchange.request)).toMatchObject({ code: 'their-code' });
  });

  it.each(['x', 'notion', 'reddit', 'airtable'])(
    '%s is told id and secret as they are, dashes included',
    async (name) => {
      const headers = Object.fromEntries((await walked(name)).exchange.request.headers);
      const basic = Buffer.from('our-id:our-secret').toString('base64');
      expect(headers['authorization']).toBe(`Basic ${basic}`);
    },
  );

  it('Notion takes JSON', async () => {
    const { request } = (await walked('notion')).exchange;
    expect(JSON.parse(request.body ?? '')).toMatchObject({ code: 'the-code', redirect_uri: redirectUri });
  });

  it('Entra and GitLab have a host or tenant of their own where one is given, and one for all else', async () => {
    expect((await walked('microsoft-entra')).page.pathname).toBe('/common/oauth2/v2.0/authorize');
    expect((await walked('gitlab')).page.host).toBe('gitlab.com');
  });

  it('Zoom has a grant type for its own servers', async () => {
    expect(formOf(await issued('zoom-server-to-server'))).toEqual({
      grant_type: 'account_credentials',
      account_id: 'acme',
    });
  });

  it('Okta is told who asks by a signed assertion', async () => {
    const form = formOf(await issued('okta-service-app'));
    expect(form['client_assertion_type']).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    expect(form['client_assertion']?.split('.')).toHaveLength(3);
  });

  it('Figma spends refresh tokens at a URL of their own', async () => {
    const { ground, protocol } = filled(catalogueEntry('figma')!);
    const { request } = await protocol.renew!(ground, secret('theirs'));
    expect(request.url).toBe('https://api.figma.com/v1/oauth/refresh');
  });
});
