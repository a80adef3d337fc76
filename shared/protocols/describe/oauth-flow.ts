import { AuthorizationCodeInput } from '../oauth2/definition.ts';
import type { Drafted, Finding, Missing } from './draft.ts';
import type { FieldBook } from './fields.ts';
import type { Flow } from './scheme.ts';
import { draftUrl } from './url.ts';

interface FlowInput {
  readonly flow: Flow;
  /** The scopes that the document asks for everywhere; empty when it asks for none. */
  readonly asked: readonly string[];
  readonly path: string;
  readonly book: FieldBook;
  readonly baseUrl: string | undefined;
}

const isScope = (scope: string) => AuthorizationCodeInput.shape.scopes.safeParse([scope]).success;

/** The client's id and secret, which no document tells. */
export const missingClient: readonly Missing[] = [
  { path: 'auth.clientId', message: 'Give the client id of the application that you registered.' },
  {
    path: 'auth.clientSecret',
    message: 'Give the client secret, or say "clientAuthentication": "none" where the provider gave none.',
  },
];

const risk: Missing = {
  path: 'auth.acknowledgeRisk',
  message:
    'Say true when you know that this grant hands the password of a person to this product (RFC 9700 §2.4).',
};

/** A path such as /oauth/token stands on the host of the base URL. */
const absolute = (text: string, baseUrl: string | undefined): string => {
  const origin = /^https?:\/\/[^/?#]+/i.exec(baseUrl ?? '')?.[0];
  return text.startsWith('/') && !text.startsWith('//') && origin !== undefined ? `${origin}${text}` : text;
};

const urlNames = { authorizationUrl: 'authorization URL', tokenUrl: 'token URL' } as const;

type NeededUrl = keyof typeof urlNames;

const neededUrls = (grant: Flow['grant']): readonly NeededUrl[] =>
  grant === 'authorization_code' || grant === 'implicit' ? ['authorizationUrl', 'tokenUrl'] : ['tokenUrl'];

const urlPart = ({ flow, path, book, baseUrl }: FlowInput, name: NeededUrl | 'refreshUrl') => {
  const text = flow[name];
  if (text === undefined) return { url: undefined, findings: [] };
  // A URL of the base has its variables already.
  return draftUrl({ text: absolute(text, baseUrl), path: `${path}.${name}`, book });
};

const needed = (input: FlowInput): Drafted =>
  neededUrls(input.flow.grant).reduce<Drafted>(
    ({ draft, findings, missing }, name) => {
      const { url, findings: found } = urlPart(input, name);
      const gap = {
        path: `auth.${name}`,
        message: `Give the ${urlNames[name]}: the document tells none that can be used.`,
      };
      return {
        draft: { auth: { ...draft.auth, ...(url === undefined ? {} : { [name]: url }) } },
        findings: [...findings, ...found],
        missing: url === undefined ? [...missing, gap] : missing,
      };
    },
    { draft: {}, findings: [], missing: [] },
  );

const implicit = (path: string): Finding => ({
  level: 'warning',
  path,
  message:
    'The document offers only the implicit flow, which gives tokens to browsers and none that can be renewed (RFC 9700 §2.1.2).',
  remedy: 'Look up whether the provider has the authorization code flow, and give its token URL.',
});

const scopesPart = ({ flow, asked, path }: FlowInput) => {
  const listed = asked.length > 0 ? asked : flow.scopes;
  const scopes = [...new Set(listed)].filter(isScope).slice(0, 200);
  const tell = (level: Finding['level'], message: string, remedy: string): Finding => ({
    level,
    path,
    message,
    remedy,
  });
  const dropped = new Set(listed).size - scopes.length;
  return {
    scopes,
    findings: [
      ...(asked.length === 0 && scopes.length > 0
        ? [
            tell(
              'info',
              'The draft asks for every scope that the document lists.',
              'Keep only those that your calls need.',
            ),
          ]
        : []),
      ...(dropped > 0
        ? [
            tell(
              'warning',
              `${dropped} of the scopes cannot be used and were left out.`,
              'Give them by hand: at most 200, without spaces, quotes and backslashes.',
            ),
          ]
        : []),
    ],
  };
};

const refreshPart = (input: FlowInput, tokenUrl: unknown) => {
  const { url, findings } = urlPart(input, 'refreshUrl');
  return url === undefined || url === tokenUrl || input.flow.grant === 'client_credentials'
    ? { refresh: {}, findings: [] }
    : { refresh: { refresh: { url } }, findings };
};

/** Fields of the person's user name and password, and where they go. */
const personPart = (book: FieldBook) => ({
  username: `{{${book.add('username', { title: 'User name' })}}}`,
  password: `{{${book.add('password', { title: 'Password', secret: true })}}}`,
});

/** Drafts `auth` from one flow of OAuth 2. Of the implicit flow an authorization code grant is drafted, to be completed. */
export const draftFlow = (input: FlowInput): Drafted => {
  const { flow, path, book } = input;
  const urls = needed(input);
  const { scopes, findings } = scopesPart(input);
  const refresh = refreshPart(input, urls.draft.auth?.['tokenUrl']);
  const auth = {
    type: 'oauth2',
    grant: flow.grant === 'implicit' ? 'authorization_code' : flow.grant,
    ...urls.draft.auth,
    scopes,
    ...refresh.refresh,
    ...(flow.grant === 'password' ? personPart(book) : {}),
  };
  return {
    draft: { auth },
    findings: [
      ...(flow.grant === 'implicit' ? [implicit(path)] : []),
      ...urls.findings,
      ...findings,
      ...refresh.findings,
    ],
    missing: [...urls.missing, ...missingClient, ...(flow.grant === 'password' ? [risk] : [])],
  };
};
