import * as z from 'zod';
import { ServiceId, UmbrellaId } from '../../ids.ts';
import { named } from '../../protocols/params.ts';
import { SecretString } from '../../secret.ts';
import { Name } from '../inputs.ts';
import { DefinitionsDocument, mostDefinitions, Ref, ToFillIn } from './document.ts';

const mostValues = 2_500;
const Path = z.string().min(1).max(300);

/** A document of definitions and what it lacks. */
export const ImportRequest = z.strictObject({
  document: DefinitionsDocument,
  /** What an export answers beside its document, so that its answer can be sent as it is; nobody reads it. */
  toFillIn: z.array(z.unknown()).max(mostValues).optional(),
  /** The secrets by their places in the document; null leaves one out. */
  values: named(mostValues, Path, SecretString.nullable()).default({}),
  /** The umbrella of this organization for each name of one in the document; null leaves it out. Left out, the one of this name. */
  umbrellas: named(mostDefinitions, Name, UmbrellaId.nullable()).default({}),
  /** What becomes of a service whose name another one of the workspace bears already. */
  clashes: z.enum(['refuse', 'skip', 'rename']).default('refuse'),
  /** The services of the workspace that are replaced, by the `ref` of what takes their place. */
  replace: named(mostDefinitions, Ref, ServiceId).default({}),
  /** Tells what would be done, and does nothing. */
  dryRun: z.boolean().default(false),
});
export type ImportRequest = z.infer<typeof ImportRequest>;

/** What is done, or would be, with one definition. */
const ImportedService = z.object({
  ref: z.string(),
  /** The name that the service has in this workspace. */
  name: z.string(),
  act: z.enum(['create', 'replace', 'skip']),
  /** Null as long as there is none. */
  serviceId: ServiceId.nullable(),
  /** Why it came to nothing at the last moment, such as an edit at the same time: then the import is refused. Null when all went well. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type ImportedService = z.infer<typeof ImportedService>;

const Problem = z.object({ code: z.string(), path: z.string(), message: z.string() });
export type Problem = z.infer<typeof Problem>;

/** What an import has done or, of a dry run, would do and what still stands in its way. */
export const ImportReport = z.object({
  dryRun: z.boolean(),
  services: z.array(ImportedService),
  /** The secrets that are still missing. */
  toFillIn: z.array(ToFillIn),
  /** Empty after an import: it would have been refused. */
  problems: z.array(Problem),
});
export type ImportReport = z.infer<typeof ImportReport>;
