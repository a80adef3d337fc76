import type { CatalogueEntry } from './entry.ts';

/** What a builder gives to make a service of a catalogue entry. */
export interface Given {
  readonly name?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly privateKey?: string | undefined;
  readonly consumerKey?: string | undefined;
  readonly consumerSecret?: string | undefined;
  readonly acknowledgeRisk?: boolean | undefined;
}

/** What must be given, by its name in `auth`. Nothing for APIs that each person has a token or a login for. */
export const needsOf = ({ service: { auth } }: CatalogueEntry): readonly (keyof Given)[] => {
  if (auth.type === 'oauth1')
    return [
      'consumerKey',
      auth.signatureMethod === 'RSA-SHA1' ? 'privateKey' : 'consumerSecret',
      'acknowledgeRisk',
    ];
  if (auth.type !== 'oauth2') return [];
  const secrets = { none: [], private_key_jwt: ['privateKey'] } as const;
  const method = auth.clientAuthentication;
  return [
    'clientId',
    ...(method === 'none' || method === 'private_key_jwt' ? secrets[method] : (['clientSecret'] as const)),
    ...(auth.grant === 'password' ? (['acknowledgeRisk'] as const) : []),
  ];
};

/** The service document of an entry with what the builder gives, still to be parsed as `ServiceInput`. */
export const documentFrom = ({ service }: CatalogueEntry, given: Given): unknown => {
  const { name = service.name, ...members } = given;
  const there = Object.entries<unknown>({ ...members }).filter(([, value]) => value !== undefined);
  return { ...service, name, auth: { ...service.auth, ...Object.fromEntries(there) } };
};
