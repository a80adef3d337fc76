import { joined, type Drafted, type DraftedFromDocument } from './draft.ts';
import { fieldBook, type FieldBook } from './fields.ts';
import { member, membersOf, textAt, textsOf } from './node.ts';
import {
  apiKeyScheme,
  documentTitle,
  missingBase,
  readRequirements,
  readSchemes,
  unknownType,
} from './openapi.ts';
import { unusable, type SchemeKind } from './scheme.ts';
import { draftSchemes } from './schemes.ts';
import { draftUrl } from './url.ts';

const schemesPath = 'securityDefinitions';

const basePart = (document: unknown, book: FieldBook): Drafted => {
  const host = textAt(document, 'host');
  const schemes = textsOf(member(document, 'schemes')).map((scheme) => scheme.toLowerCase());
  const scheme =
    schemes.length === 0 || schemes.includes('https') ? 'https' : schemes.find((one) => one === 'http');
  if (host === undefined || scheme === undefined || !/^[\w.:{}-]+$/.test(host))
    return { draft: {}, findings: [], missing: [missingBase] };
  const path = (textAt(document, 'basePath') ?? '').replace(/^\/*/, '/').replace(/\/+$/, '');
  const { url, findings } = draftUrl({ text: `${scheme}://${host}${path}`, path: 'host', book });
  return url === undefined
    ? { draft: {}, findings, missing: [missingBase] }
    : { draft: { baseUrl: url }, findings, missing: [] };
};

const grants = new Map([
  ['accessCode', 'authorization_code'],
  ['application', 'client_credentials'],
  ['password', 'password'],
  ['implicit', 'implicit'],
] as const);

const isFlow = (name: string | undefined) =>
  name === 'accessCode' || name === 'application' || name === 'password' || name === 'implicit';

const oauthScheme = (scheme: unknown, path: string): SchemeKind => {
  const name = textAt(scheme, 'flow');
  const grant = isFlow(name) ? grants.get(name) : undefined;
  if (grant === undefined)
    return unusable(
      path,
      'The scheme has no flow.',
      'Expected "flow" as accessCode, application, password or implicit.',
    );
  return {
    kind: 'oauth2',
    flows: [
      {
        grant,
        authorizationUrl: textAt(scheme, 'authorizationUrl'),
        tokenUrl: textAt(scheme, 'tokenUrl'),
        scopes: membersOf(member(scheme, 'scopes')).map(([scope]) => scope),
      },
    ],
  };
};

const kindOf = (scheme: unknown, path: string): SchemeKind => {
  switch (textAt(scheme, 'type')) {
    case 'basic':
      return { kind: 'basic' };
    case 'apiKey':
      return apiKeyScheme(scheme, path);
    case 'oauth2':
      return oauthScheme(scheme, path);
    default:
      return unknownType(path);
  }
};

/** Drafts a service from a document of Swagger 2.0 that was read within the limits of `readDocument`. */
export const draftFromSwagger = (document: unknown): DraftedFromDocument => {
  const book = fieldBook();
  const base = basePart(document, book);
  const { discovery, ...auth } = draftSchemes({
    schemes: readSchemes({
      document,
      schemes: member(document, schemesPath),
      path: schemesPath,
      kindOf,
    }),
    requirements: readRequirements(document),
    path: schemesPath,
    book,
    baseUrl: base.draft.baseUrl,
  });
  const fields: Drafted = { draft: { fields: book.all() }, findings: [], missing: [] };
  return { ...joined(documentTitle(document), base, fields, auth), discovery };
};
