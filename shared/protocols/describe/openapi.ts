import {
  joined,
  titlePart,
  usableLink,
  type Drafted,
  type DraftedFromDocument,
  type Finding,
} from './draft.ts';
import { fieldBook, type FieldBook } from './fields.ts';
import { canCarry } from './key-schemes.ts';
import { itemsOf, member, membersOf, oneLine, textAt, textsOf } from './node.ts';
import { resolve } from './reference.ts';
import { unusable, type Flow, type Requirement, type Scheme, type SchemeKind } from './scheme.ts';
import { draftSchemes } from './schemes.ts';
import { draftUrl } from './url.ts';

const schemesPath = 'components.securitySchemes';

/** The title of the document, and the link to its documentation. */
export const documentTitle = (document: unknown): Drafted => {
  const info = member(document, 'info');
  return titlePart(
    oneLine(textAt(info, 'title') ?? ''),
    usableLink(textAt(member(document, 'externalDocs'), 'url')) ??
      usableLink(textAt(member(info, 'contact'), 'url')),
  );
};

/** What must be given when no server of the document can be used. */
export const missingBase = {
  path: 'baseUrl',
  message:
    'Give the base URL of the API: the document tells none that is whole, such as https://api.acme.example/v1.',
};

const otherServers = (count: number): Finding => ({
  level: 'info',
  path: 'servers',
  message: `The document names ${count} servers; the draft has one of them.`,
  remedy: 'Give the others as environments where they are some, or change baseUrl.',
});

const textOfServer = (server: unknown) => textAt(server, 'url') ?? '';

const basePart = (document: unknown, book: FieldBook): Drafted => {
  const servers = itemsOf(member(document, 'servers'));
  const whole = servers.filter((server) => /^(https?:\/\/|\{)/i.test(textOfServer(server)));
  const server = whole.find((one) => !/^http:/i.test(textOfServer(one))) ?? whole[0];
  const path = `servers.${Math.max(0, servers.indexOf(server))}.url`;
  const { url, findings } = draftUrl({
    text: textOfServer(server),
    path,
    book,
    variables: member(server, 'variables'),
  });
  if (url === undefined) return { draft: {}, findings, missing: [missingBase] };
  const more = servers.length > 1 ? [otherServers(servers.length)] : [];
  return { draft: { baseUrl: url.replace(/\/+$/, '') }, findings: [...findings, ...more], missing: [] };
};

const grants = {
  authorizationCode: 'authorization_code',
  clientCredentials: 'client_credentials',
  password: 'password',
  implicit: 'implicit',
} as const;

const flowsOf = (flows: unknown): readonly Flow[] =>
  Object.entries(grants).flatMap(([name, grant]) => {
    const flow = member(flows, name);
    if (flow === undefined) return [];
    return [
      {
        grant,
        authorizationUrl: textAt(flow, 'authorizationUrl'),
        tokenUrl: textAt(flow, 'tokenUrl'),
        refreshUrl: textAt(flow, 'refreshUrl'),
        scopes: membersOf(member(flow, 'scopes')).map(([scope]) => scope),
      },
    ];
  });

/** A key in a header, the query or a cookie, in either format. */
export const apiKeyScheme = (scheme: unknown, path: string): SchemeKind => {
  const place = textAt(scheme, 'in');
  const parameter = textAt(scheme, 'name') ?? '';
  if ((place === 'header' || place === 'query' || place === 'cookie') && canCarry(place, parameter))
    return { kind: 'apiKey', place, parameter };
  return unusable(
    path,
    'The document does not say where the key goes.',
    'Expected "in" as header, query or cookie, and a "name" that can stand there.',
  );
};

const httpScheme = (scheme: unknown, path: string): SchemeKind => {
  const name = textAt(scheme, 'scheme') ?? '';
  if (name.toLowerCase() === 'basic') return { kind: 'basic' };
  if (name.toLowerCase() === 'bearer') return { kind: 'bearer' };
  return /^[\w!#$%&'*+.^`|~-]{1,60}$/.test(name)
    ? { kind: 'http', scheme: name }
    : unusable(
        path,
        'The HTTP authentication has no scheme.',
        'Expected "scheme", such as "bearer" or "basic".',
      );
};

const oidcScheme = (scheme: unknown, path: string): SchemeKind => {
  const url = usableLink(textAt(scheme, 'openIdConnectUrl'));
  return url === undefined
    ? unusable(
        path,
        'The discovery URL of the scheme is no URL.',
        'Import from the issuer of the provider instead.',
      )
    : { kind: 'openIdConnect', url };
};

/** A scheme of a type that no auth can be made of. */
export const unknownType = (path: string): SchemeKind =>
  unusable(
    path,
    'The type of this security scheme is none that an auth can be made of.',
    'Supported are apiKey, http, oauth2 and openIdConnect (basic, apiKey and oauth2 in Swagger 2).',
  );

const kindOf = (scheme: unknown, path: string): SchemeKind => {
  switch (textAt(scheme, 'type')) {
    case 'apiKey':
      return apiKeyScheme(scheme, path);
    case 'http':
      return httpScheme(scheme, path);
    case 'oauth2': {
      const flows = flowsOf(member(scheme, 'flows'));
      return flows.length > 0
        ? { kind: 'oauth2', flows }
        : unusable(
            path,
            'The scheme has no flow.',
            'Expected "flows" with authorizationCode or clientCredentials.',
          );
    }
    case 'openIdConnect':
      return oidcScheme(scheme, path);
    default:
      return unknownType(path);
  }
};

interface SchemesAt {
  readonly document: unknown;
  readonly schemes: unknown;
  readonly path: string;
  readonly kindOf: (scheme: unknown, path: string) => SchemeKind;
}

/** The security schemes of a document, references among them followed inside the document alone. */
export const readSchemes = ({ document, schemes, path: place, kindOf: kind }: SchemesAt): readonly Scheme[] =>
  membersOf(schemes).map(([id, written]) => {
    const path = `${place}.${oneLine(id, 60)}`;
    const found = resolve(document, written);
    return 'problem' in found
      ? {
          id,
          path,
          help: undefined,
          is: unusable(path, found.problem, 'Write the scheme itself in this place.'),
        }
      : { id, path, help: textAt(found.value, 'description'), is: kind(found.value, path) };
  });

/** What the document asks for everywhere, in either format. */
export const readRequirements = (document: unknown): readonly Requirement[] =>
  itemsOf(member(document, 'security'))
    .slice(0, 50)
    .map((requirement) => membersOf(requirement).map(([id, scopes]) => ({ id, scopes: textsOf(scopes) })));

/** Drafts a service from a document of OpenAPI 3.0 or 3.1 that was read within the limits of `readDocument`. */
export const draftFromOpenApi = (document: unknown): DraftedFromDocument => {
  const book = fieldBook();
  const base = basePart(document, book);
  const { discovery, ...auth } = draftSchemes({
    schemes: readSchemes({
      document,
      schemes: member(member(document, 'components'), 'securitySchemes'),
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
