declare global {
  interface JSON {
    parse(
      text: string,
      reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
    ): unknown;
    rawJSON(text: string): unknown;
  }
}

/** A number that would be written otherwise than it came stays as it was written. */
const exact = (_: string, value: unknown, { source }: { source?: string }): unknown =>
  typeof value === 'number' && source !== undefined && source !== String(value)
    ? JSON.rawJSON(source)
    : value;

/**
 * Reads JSON so that `JSON.stringify` writes every number as it came: ids of more than 53 bits are common. Undefined for what
 * is no JSON, or nests too deep to be written again.
 */
export const readExactJson = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text, exact) };
  } catch {
    return undefined;
  }
};
