import type { DraftedFromDocument } from './draft.ts';
import { UnreadableDocument } from './limits.ts';
import { member } from './node.ts';
import { draftFromOpenApi } from './openapi.ts';
import { draftFromSwagger } from './swagger.ts';

/** YAML reads a version without quotes as a number. */
const versionOf = (document: unknown, name: string): string | undefined => {
  const version = member(document, name);
  return typeof version === 'string' || typeof version === 'number' ? String(version) : undefined;
};

/** Drafts a service from a description of an API. Throws `UnreadableDocument` when it is none that is known. */
export const draftFromDocument = (document: unknown): DraftedFromDocument => {
  if (/^3(\.[01](\.|$)|$)/.test(versionOf(document, 'openapi') ?? '')) return draftFromOpenApi(document);
  if (/^2(\.0)?$/.test(versionOf(document, 'swagger') ?? '')) return draftFromSwagger(document);
  throw new UnreadableDocument(
    'Expected a document of OpenAPI 3.0 or 3.1, with "openapi" at its top, or of Swagger 2.0, with "swagger".',
  );
};
