import * as z from 'zod';
import { fitsHeader } from '../../protocols/header-value.ts';
import { NameValues } from './pairs.ts';

/** Whether JSON readers would write the value as it came: a whole number beyond 2^53 would come out as another. */
const exact = (value: unknown): boolean => {
  if (typeof value === 'number')
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  if (Array.isArray(value)) return value.every(exact);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(exact);
};

const Json = z
  .unknown()
  .refine((value) => value !== undefined, 'Expected a JSON value; it is missing.')
  .refine(exact, 'A number in it is too large to be kept exactly: send the body as text.');

/** Strict base 64 (RFC 4648 §4): what is left over would be lost in silence. */
const Base64 = z
  .string()
  .refine(
    (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text),
    'Expected base 64 (RFC 4648 §4), with its padding and without line breaks.',
  );

const ContentType = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => fitsHeader(text), 'Expected a media type, such as text/csv.');

const partOf = {
  name: z.string().min(1).max(500),
  fileName: z.string().max(500).optional(),
  contentType: ContentType.optional(),
};

const Part = z.union(
  [z.strictObject({ ...partOf, text: z.string() }), z.strictObject({ ...partOf, base64: Base64 })],
  {
    error:
      'Expected a part with a name and either text or base64, such as {"name": "file", "base64": "aGk="}.',
  },
);
export type Part = z.output<typeof Part>;

/** The body of a request, by its kind. Its `Content-Type` is the usual one of the kind unless the headers say another. */
export const RequestBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('json'), value: Json }),
  z.strictObject({ kind: z.literal('text'), value: z.string() }),
  z.strictObject({ kind: z.literal('form'), value: NameValues }),
  z.strictObject({ kind: z.literal('multipart'), parts: z.array(Part).max(200) }),
  z.strictObject({ kind: z.literal('base64'), value: Base64 }),
]);
export type RequestBody = z.output<typeof RequestBody>;
