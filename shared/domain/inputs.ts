import * as z from 'zod';

/** A name that a person gives: one line, no control characters. */
export const Name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'A name is one line without control characters.');

/** A link that a person opens. No other scheme than HTTP, no password inside. */
export const Link = z
  .string()
  .max(2048, { abort: true })
  .regex(/^https?:\/\/[^\s\\/?#\p{Cc}][^\s\\\p{Cc}]*$/iu, {
    error: 'Expected a URL that begins with https://.',
    abort: true,
  })
  .refine((text) => URL.canParse(text), {
    error: 'Expected a URL with a host, such as https://acme.example/docs.',
    abort: true,
  })
  .refine(
    (text) => `${new URL(text).username}${new URL(text).password}` === '',
    'A link holds no user name or password.',
  )
  .meta({ format: 'uri' });

/** Milliseconds since 1970, as items store time. */
export const Instant = z.int().nonnegative();

/** The same as an answer shows it: ISO 8601, UTC. */
export const iso = (instant: number): string => new Date(instant).toISOString();
export const isoOrNull = (instant: number | undefined): string | null =>
  instant === undefined ? null : iso(instant);

export const Time = z.iso.datetime();

/** A provider's own words, scrubbed; null where it said none, and in events of before they were told. */
export const Described = z.string().nullable().default(null);

/** `?limit=&cursor=`, as every list takes it. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^[\w-]{1,400}$/, 'Send the nextCursor of the page before, as it was.')
    .optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** A page of answers. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
