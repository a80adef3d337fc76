declare global {
  // What TypeScript does not know yet: the source text of what is parsed (ECMAScript 2026).
  interface JSON {
    parse(
      text: string,
      reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
    rawJSON(text: string): object;
    isRawJSON(value: unknown): value is { readonly rawJSON: string };
  }
}

/**
 * A number that may come out written in another way: of 16 digits and more, with an exponent, a zero at its end, or many at
 * its beginning. A text may look like one, too.
 */
const delicate =
  /(?:^|[[:,\s])(?:-0|-?(?:[\d.]{16,}|\d[\d.]*[eE][+-]?\d+|\d+\.\d*0|0\.000000\d+))(?=[\s,\]}]|$)/;

/**
 * Reads JSON without a loss: a number that would come out written in another way, such as an id of 20 digits, stays as it
 * is written. Throws at what is no JSON (RFC 8259), or too deep to be read.
 */
export const parseExact = (text: string): unknown => {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  // To look at each number takes ten times as long as to read them.
  if (!delicate.test(json)) return JSON.parse(json);
  return JSON.parse(json, (_name, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? JSON.rawJSON(source)
      : value,
  );
};

/** What `parseExact` has read, as JSON on one line. */
export const exactText = (value: unknown): string => JSON.stringify(value);

/** A text, or a number as it is written; undefined for all else. */
export const scalarText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
};
