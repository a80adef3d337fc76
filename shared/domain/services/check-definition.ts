import { invalid, type ErrorDetail } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { placeholders } from '../../template.ts';
import { isPattern } from '../patterns.ts';
import { umbrellaKey, umbrellas } from '../umbrellas/umbrella.ts';
import type { ServiceDefinition } from './definition.ts';

interface Template {
  readonly path: string;
  readonly text: string;
}

const urls = ({ baseUrl, auth }: ServiceDefinition): readonly Template[] => [
  { path: 'body.baseUrl', text: baseUrl },
  ...(auth.type === 'oauth2'
    ? [
        { path: 'body.auth.authorizationUrl', text: auth.authorizationUrl },
        { path: 'body.auth.tokenUrl', text: auth.tokenUrl },
        ...(auth.revocationUrl === undefined
          ? []
          : [{ path: 'body.auth.revocationUrl', text: auth.revocationUrl }]),
      ]
    : []),
];

const applied = ({ apply }: ServiceDefinition): readonly Template[] =>
  (apply ?? []).map(({ value }, index) => ({ path: `body.apply.${String(index)}.value`, text: value }));

/** What fills `apply`, besides the fields: the token, and what of its answer is kept. */
const fromAnswer = ({ auth }: ServiceDefinition): readonly string[] =>
  auth.type === 'oauth2'
    ? ['access_token', ...Object.keys(auth.tokenResponse.metadata).map((name) => `metadata.${name}`)]
    : [];

const unfilled = (templates: readonly Template[], known: readonly string[]): readonly ErrorDetail[] =>
  templates.flatMap(({ path, text }) =>
    placeholders(text)
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path,
        message: `Nothing fills {{${name}}}: add a field with this key, or name one of ${known.join(', ') || 'the fields'}.`,
      })),
  );

const plain = (templates: readonly Template[]): readonly ErrorDetail[] =>
  templates
    .filter(({ text }) => text.toLowerCase().startsWith('http:'))
    .map(({ path }) => ({
      path,
      message: 'Expected https://: over plain HTTP everyone on the way reads the credential.',
    }));

const nothingApplied = ({ auth, apply }: ServiceDefinition): readonly ErrorDetail[] =>
  auth.type === 'token' && !apply?.length
    ? [
        {
          path: 'body.apply',
          message:
            'Say where the token goes, such as {"in": "header", "name": "Authorization", "value": "Bearer {{api_key}}"}.',
        },
      ]
    : [];

const wrongPatterns = ({ fields }: ServiceDefinition): readonly ErrorDetail[] =>
  fields.flatMap(({ pattern }, index) =>
    pattern === undefined || isPattern(pattern)
      ? []
      : [
          {
            path: `body.fields.${String(index)}.pattern`,
            message:
              'Expected a regular expression in the syntax of RE2: no look-around, no back-references.',
          },
        ],
  );

/** Rejects with 422, every wrong field named, when a definition of the right form cannot work. */
export const checkDefinition = async (
  { store, settings }: Deps,
  organizationId: string,
  definition: ServiceDefinition,
): Promise<void> => {
  const fields = definition.fields.map(({ key }) => key);
  const details = [
    ...unfilled(urls(definition), fields),
    ...unfilled(applied(definition), [...fields, ...fromAnswer(definition)]),
    ...(settings.plainHttp ? [] : plain(urls(definition))),
    ...nothingApplied(definition),
    ...wrongPatterns(definition),
  ];
  const { umbrellaId } = definition;
  if (umbrellaId !== undefined && !(await store.get(umbrellas, umbrellaKey(organizationId, umbrellaId)))) {
    details.push({
      path: 'body.umbrellaId',
      message: 'There is no such umbrella. Make it with POST /v1/umbrellas.',
    });
  }
  if (details.length > 0) throw invalid('invalid_service', 'The definition cannot work as it is.', details);
};

/** Rejects with 422 when the provider wants a client secret and there is none, neither kept nor given. */
export const checkClientSecret = ({ auth }: ServiceDefinition, there: boolean): void => {
  if (there || auth.type !== 'oauth2' || auth.clientAuthentication === 'none') return;
  throw invalid('invalid_service', 'The client secret is missing.', [
    { path: 'body.auth.clientSecret', message: 'Give the secret, or say "clientAuthentication": "none".' },
  ]);
};
