import * as z from 'zod';
import { fitsHeader } from '../../protocols/described-request.ts';

type Pair = readonly [name: string, value: string];
export type Pairs = readonly Pair[];

/** A whole number beyond 2^53 was another before it was read as JSON. */
const Exact = z
  .number()
  .refine(
    (value) => !Number.isInteger(value) || Number.isSafeInteger(value),
    'This number is too large to be kept exactly: write it as a text.',
  );

const Scalar = z.union([z.string(), Exact, z.boolean()], {
  error: 'Expected a text, a number, true or false.',
});

const ByName = z.record(
  z.string(),
  z.union([Scalar, z.array(Scalar)], { error: 'Expected a value or a list of values.' }),
);
const InOrder = z.array(z.tuple([z.string(), Scalar]));

const pairsOf = (input: z.output<typeof ByName> | z.output<typeof InOrder>): Pairs =>
  Array.isArray(input)
    ? input.map(([name, value]): Pair => [name, String(value)])
    : Object.entries(input).flatMap(([name, values]) =>
        [values].flat().map((value): Pair => [name, String(value)]),
      );

/**
 * Names and values, as an object whose values may be lists, or in order as a list of pairs. Names may repeat, and `{}` and
 * `[]` are none.
 */
const pairs = (most: number) =>
  z
    .union([ByName, InOrder], {
      error: 'Expected an object of names and values, or a list of pairs such as ["name", "value"].',
    })
    .transform(pairsOf)
    .refine((all) => all.length <= most, `Expected at most ${String(most)}.`);

/** Parameters of a query or a form: they are escaped on their way. */
export const NameValues = pairs(2_000);

const headerName = /^[!#$%&'*+.^_`|~\dA-Za-z-]{1,200}$/;

/** Headers as they are sent: case, order and repeats are kept (RFC 9110 §5.1, §5.5). */
export const Headers = pairs(200).superRefine((all, context) => {
  for (const [name, value] of all) {
    const path = [name];
    if (!headerName.test(name))
      context.addIssue({
        code: 'custom',
        path,
        message: 'Expected the characters that a header name may hold (RFC 9110 §5.6.2).',
      });
    if (!fitsHeader(value))
      context.addIssue({
        code: 'custom',
        path,
        message: 'Expected one line of characters that a header can carry (RFC 9110 §5.5).',
      });
  }
});

/** Whether a header of this name is among them, whatever its case. */
export const names = (headers: Pairs, name: string): boolean =>
  headers.some(([known]) => known.toLowerCase() === name);

/** Percent-encodes all but what is unreserved (RFC 3986 §2.3), so that no parser of URLs writes it anew. */
const escape = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** A query as it is sent. A space is `%20`, which servers read alike in a path and in a form. */
export const queryText = (queries: Pairs): string =>
  queries.map(([name, value]) => `${escape(name)}=${escape(value)}`).join('&');
