import { settingsOf } from '../described-request.ts';
import type { Setting, Values } from '../protocol.ts';
import { shown } from '../shown.ts';
import type { OAuth2Definition } from './definition.ts';

type From = Setting['filledFrom'];

const url = (path: string, template: string | undefined): readonly Setting[] =>
  template === undefined ? [] : [{ path, text: template, is: 'url', filledFrom: 'fields' }];

const text = (path: string, template: string | undefined, filledFrom: From = 'fields'): readonly Setting[] =>
  template === undefined ? [] : [{ path, text: template, is: 'text', filledFrom }];

const texts = (path: string, templates: Values, filledFrom: From = 'fields'): readonly Setting[] =>
  Object.entries(templates).flatMap(([name, template]) => text(`${path}.${name}`, template, filledFrom));

const ofGrant = (definition: OAuth2Definition): readonly Setting[] => {
  switch (definition.grant) {
    case 'authorization_code':
      return shown([
        ...url('authorizationUrl', definition.authorizationUrl),
        ...texts('authorizationParams', definition.authorizationParams),
        ...text('issuer', definition.issuer),
        ...definition.optionalScopes.flatMap(({ scope }, index) =>
          text(`optionalScopes.${String(index)}.scope`, scope),
        ),
      ]);
    case 'password':
      return [...text('username', definition.username), ...text('password', definition.password)];
    case 'client_credentials':
      return [];
  }
};

const clientId = ({ grant, clientId: id }: OAuth2Definition): readonly Setting[] =>
  grant === 'authorization_code' ? shown(text('clientId', id)) : text('clientId', id);

const ofRevocation = ({ revocation }: OAuth2Definition): readonly Setting[] =>
  revocation === undefined
    ? []
    : settingsOf(revocation, 'revocation', 'answers').map((setting) => ({
        ...setting,
        alsoFilledBy: ['refresh_token'],
      }));

/** Every member of the definition that may hold placeholders. Its secrets are none: their text is nobody's to see. */
export const oauth2Settings = (definition: OAuth2Definition): readonly Setting[] => [
  ...clientId(definition),
  ...url('tokenUrl', definition.tokenUrl),
  ...url('revocationUrl', definition.revocationUrl),
  ...url('refresh.url', definition.refresh.url),
  ...ofGrant(definition),
  ...shown(definition.scopes.flatMap((scope, index) => text(`scopes.${String(index)}`, scope))),
  ...shown(definition.resource.flatMap((uri, index) => text(`resource.${String(index)}`, uri))),
  ...texts('tokenParams', definition.tokenParams),
  ...texts('tokenHeaders', definition.tokenHeaders),
  ...text('privateKeyJwt.audience', definition.privateKeyJwt.audience),
  ...texts('refresh.params', definition.refresh.params, 'answers'),
  ...ofRevocation(definition),
];

/** The placeholders that the token endpoint's answer, or the callback, fills. */
export const oauth2Provides = (definition: OAuth2Definition): readonly string[] => {
  const ofCallback =
    definition.grant === 'authorization_code' ? definition.authorizationResponse.metadata : {};
  const names = new Set([...Object.keys(definition.tokenResponse.metadata), ...Object.keys(ofCallback)]);
  return ['access_token', ...[...names].map((name) => `metadata.${name}`)];
};
