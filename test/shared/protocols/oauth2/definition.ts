import { OAuth2Definition } from '#shared/protocols/oauth2/definition.ts';

/** A definition with everything left to its default; parts of it can be others. */
export const definition = (parts: Readonly<Record<string, unknown>> = {}): OAuth2Definition =>
  OAuth2Definition.parse({
    type: 'oauth2',
    grant: 'authorization_code',
    authorizationUrl: 'https://{{sub}}.acme.example/authorize?audience=all',
    tokenUrl: 'https://{{sub}}.acme.example/token',
    clientId: 'cli ent:1',
    scopes: ['read', 'write'],
    ...parts,
  });
