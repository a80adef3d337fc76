import * as z from 'zod';
import { Finding, Missing } from '../../protocols/describe/draft.ts';
import { largestDocument } from '../../protocols/describe/limits.ts';

/** What is imported: a description of an API, or the issuer of a provider's OAuth or OpenID metadata. */
export const ImportRequest = z
  .strictObject({
    /** OpenAPI 3.0 or 3.1, or Swagger 2.0: the text, as JSON or YAML, or the JSON object itself. */
    openapi: z
      .union([z.string().min(1).max(largestDocument), z.record(z.string(), z.unknown())], {
        error: 'Expected the text of the document, up to 1 MB, or a JSON object.',
      })
      .optional(),
    /** The issuer as the provider writes it, such as `https://login.acme.example`. */
    issuer: z.string().min(1).max(1000).optional(),
  })
  .refine(({ openapi, issuer }) => (openapi === undefined) !== (issuer === undefined), {
    path: ['openapi'],
    message: 'Give one of openapi and issuer.',
  });
export type ImportRequest = z.infer<typeof ImportRequest>;

/** A draft of a service, what was seen in what was read, and what the caller has to add before it can be created. */
export const ImportDraft = z.object({
  draft: z.looseObject({
    name: z.string().optional(),
    documentationUrl: z.string().optional(),
    baseUrl: z.string().optional(),
    fields: z.array(z.looseObject({ key: z.string() })).optional(),
    auth: z.looseObject({ type: z.string() }).optional(),
    apply: z.array(z.looseObject({ value: z.string() })).optional(),
  }),
  findings: z.array(Finding),
  missing: z.array(Missing),
});
export type ImportDraft = z.infer<typeof ImportDraft>;
