import { expect, it } from '@jest/globals';
import { createService } from '#shared/domain/services/create.ts';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { showService } from '#shared/domain/services/view.ts';
import { umbrella } from '../../../support/nouns.ts';
import { world } from '../../../support/deps.ts';

/** The document of section 5 of the design, word for word but for its ellipses. */
const acme = (umbrellaId: string) => ({
  name: 'Acme CRM',
  icon: 'https://acme.example/icon.png',
  documentationUrl: 'https://acme.example/docs',
  baseUrl: 'https://{{subdomain}}.acme.com/api/v2',
  hosts: ['files.acmecdn.com'],
  fields: [
    { key: 'subdomain', title: 'Sub-domain', pattern: '^[a-z0-9-]+$', help: 'The part before .acme.com' },
  ],
  auth: {
    type: 'oauth2',
    grant: 'authorization_code',
    authorizationUrl: 'https://{{subdomain}}.acme.com/oauth/authorize',
    tokenUrl: 'https://{{subdomain}}.acme.com/oauth/token',
    revocationUrl: 'https://{{subdomain}}.acme.com/oauth/revoke',
    clientId: 'client',
    clientSecret: 'client-secret',
    clientAuthentication: 'client_secret_basic',
    pkce: 'S256',
    scopes: ['read', 'offline_access'],
    scopeSeparator: ' ',
    authorizationParams: {},
    tokenParams: {},
    tokenRequestFormat: 'form',
    tokenResponse: { accessToken: 'authed_user.access_token', metadata: { team: 'team.id' } },
    refresh: { rotation: 'strict', graceSeconds: 0, defaultLifetimeSeconds: 3600, on: [{ status: 401 }] },
  },
  apply: [{ in: 'header', name: 'Authorization', value: 'Bearer {{access_token}}' }],
  test: { method: 'GET', path: '/me', expect: [200], label: 'email' },
  lifetimeProfile: 'acme',
  processesEndUserData: false,
  umbrellaId,
});

it('takes the whole document of the design and gives it back, its secret only as set', async () => {
  const w = await world();
  const document = acme((await umbrella(w)).id);
  const { organizationId, workspaceId } = w;
  const made = await createService(w.deps, {
    organizationId,
    workspaceId,
    input: ServiceInput.parse(document),
  });
  const { clientSecret, ...auth } = document.auth;
  const shown = showService(made);
  expect(shown).toMatchObject({ ...document, auth: { ...auth, clientSecret: { set: true } } });
  expect(JSON.stringify(shown)).not.toContain(clientSecret);
});
