import * as z from 'zod';
import { CatalogueName } from '../../catalogue/entry.ts';

/** What a document of definitions says of itself, so that nobody takes another for one. */
export const format = 'latchkey.definitions';

/** The version of the form that is written here, and the only one that is read. */
export const formVersion = 1;

/** Definitions of one document: each is written one after the other while the caller waits. */
export const mostDefinitions = 100;

/** Bytes of JSON: with the values that it lacks, a document has to fit into the body of an import, which takes 1 MiB. */
export const largestDocument = 900_000;

/** What a definition is called within its document, and nowhere else. */
export const Ref = z
  .string()
  .max(80)
  .regex(/^[a-z\d]+(-[a-z\d]+)*$/, 'Expected lower-case words joined by dashes.');

const FormVersion = z.literal(formVersion, {
  error: ({ input }) =>
    typeof input === 'number' && input > formVersion
      ? `Expected ${String(formVersion)}: the document is of a newer version. Bring this deployment up to date first.`
      : `Expected ${String(formVersion)}.`,
});

const Entry = z.strictObject({
  ref: Ref,
  /** The entry of the catalogue that the service was made from. */
  catalogueEntry: CatalogueName.optional(),
  /**
   * The service as a builder describes it, but for `{"required": "clientSecret"}` in the place of each secret and, instead of
   * `umbrellaId`, the name of the `umbrella`.
   */
  definition: z.record(z.string(), z.unknown()),
});
export type DocumentEntry = z.infer<typeof Entry>;

/** Definitions of services without anything of the deployment that they come from: no secret, no id. */
export const DefinitionsDocument = z.strictObject({
  format: z.literal(format),
  version: FormVersion,
  services: z
    .array(Entry)
    .min(1)
    .max(mostDefinitions)
    .superRefine((entries, context) => {
      const first = new Map<string, number>();
      for (const [index, { ref }] of entries.entries()) {
        const message = 'Expected another name: an earlier service of the document has this one.';
        if (first.has(ref)) context.addIssue({ code: 'custom', path: [index, 'ref'], message });
        first.set(ref, index);
      }
    }),
});
export type DefinitionsDocument = z.infer<typeof DefinitionsDocument>;

/** A secret that has to be filled in. */
export const ToFillIn = z.object({
  /** Its place in the document, such as `services.0.definition.auth.clientSecret`: the name to give it by. */
  path: z.string(),
  ref: z.string(),
  environment: z.string(),
  name: z.string(),
});
export type ToFillIn = z.infer<typeof ToFillIn>;

/** Where the definition of an entry stands in its document. */
export const pathOfEntry = (index: number): string => `services.${String(index)}.definition`;
