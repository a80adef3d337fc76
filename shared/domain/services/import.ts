import { AppError, invalid } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { draftFromDocument } from '../../protocols/describe/describe.ts';
import { readDocument } from '../../protocols/describe/document.ts';
import {
  joined,
  type Drafted,
  type DraftedFromDocument,
  type Finding,
} from '../../protocols/describe/draft.ts';
import { checkLimits, UnreadableDocument } from '../../protocols/describe/limits.ts';
import { discoverService } from './discover.ts';
import { ImportDraft, type ImportRequest } from './import-request.ts';

type Ports = Pick<Deps, 'http' | 'settings'>;

const wellKnown = /\/\.well-known\/openid-configuration$/;

type Discovery = NonNullable<DraftedFromDocument['discovery']>;

const notDiscovered = ({ path }: Discovery, message: string): Finding => ({
  level: 'warning',
  path,
  message: `The discovery document was not imported. ${message}`,
  remedy: 'Import from the issuer, or write auth as the documentation of the provider says.',
});

const discovered = ({ url, path }: Discovery): Finding => ({
  level: 'info',
  path,
  message: `How to authenticate was drafted from the discovery document at ${url}`,
  remedy: 'Compare it with the documentation of the provider.',
});

/** The document's own words come first; what it leaves open is filled from the metadata. */
const merged = (document: Drafted, metadata: Drafted, discovery: Discovery): Drafted => {
  const fields = document.draft.fields ?? [];
  const others = (metadata.draft.fields ?? []).filter(({ key }) =>
    fields.every((field) => field.key !== key),
  );
  const draft = { ...metadata.draft, ...document.draft, fields: [...fields, ...others] };
  const missing = [...document.missing, ...metadata.missing.filter(({ path }) => path.startsWith('auth.'))];
  return {
    draft,
    findings: [
      ...document.findings.filter(({ path }) => path !== discovery.path),
      discovered(discovery),
      ...metadata.findings,
    ],
    missing: missing.filter(({ path }) => !Object.hasOwn(draft, path)),
  };
};

/** Fetches what a document leaves to a discovery document. What keeps that from being done is told, and is no error. */
const completed = async (deps: Ports, document: Drafted, discovery: Discovery): Promise<Drafted> => {
  const told = (...findings: readonly Finding[]) => joined(document, { draft: {}, findings, missing: [] });
  const issuer = discovery.url.replace(wellKnown, '');
  if (issuer === discovery.url)
    return told(notDiscovered(discovery, 'Its URL does not end in /.well-known/openid-configuration.'));
  // An issuer's own slash at the end is not in that URL (OpenID Connect Discovery §4.1).
  const found = await discoverService(deps, issuer, `${issuer}/`).catch((error: unknown) => {
    if (error instanceof AppError) return error;
    throw error;
  });
  if (found instanceof AppError)
    return told(notDiscovered(discovery, found.details[0]?.message ?? found.message));
  return found.draft.auth === undefined ? told(...found.findings) : merged(document, found, discovery);
};

const importDocument = async (deps: Ports, document: string | object): Promise<Drafted> => {
  const read = (): ReturnType<typeof draftFromDocument> => {
    try {
      return draftFromDocument(typeof document === 'string' ? readDocument(document) : checkLimits(document));
    } catch (error) {
      if (!(error instanceof UnreadableDocument)) throw error;
      throw invalid('document_unreadable', 'The document cannot be imported.', [
        { path: 'body.openapi', message: error.message },
      ]);
    }
  };
  const { discovery, ...drafted } = read();
  return discovery === undefined ? drafted : completed(deps, drafted, discovery);
};

/**
 * Drafts a service from a description of its API or from the metadata of its issuer; stores nothing. Rejects with 422:
 * `document_unreadable`, `discovery_unreachable`, `discovery_unreadable`, or `invalid_request` for the issuer.
 */
export const importService = async (
  deps: Ports,
  { openapi, issuer = '' }: ImportRequest,
): Promise<ImportDraft> => {
  const drafted =
    openapi === undefined ? await discoverService(deps, issuer) : await importDocument(deps, openapi);
  return ImportDraft.parse(drafted);
};
