import type { Answered } from '../../support/api.ts';
import { oauth2Document } from '../../support/nouns.ts';

/** What is planted bears this word. */
export const word = 'planted';

export const id = ({ json }: Answered): string => String(json['id']);

export const pathOf = (url: unknown): string => new URL(String(url)).pathname;

/** A form as a page sends it. */
export const form = (values: Record<string, string>) => ({
  body: new URLSearchParams(values).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

/** A service with a secret wherever there is room for one. */
export const described = (parts: Record<string, unknown> = {}) =>
  oauth2Document({
    fields: [
      { key: 'sub', pattern: '^[a-z]+$' },
      { key: 'pin', secret: true, pattern: '^pl' },
    ],
    auth: {
      clientSecret: `${word}-client-secret`,
      clientAuthentication: 'client_secret_post',
      tokenResponse: { metadata: { team: 'team.id' } },
    },
    apply: [{ name: 'token', value: '{{access_token}}{{pin}}{{metadata.team}}' }],
    environments: { sandbox: { auth: { clientId: 'other', clientSecret: `${word}-sandbox-secret` } } },
    ...parts,
  });
