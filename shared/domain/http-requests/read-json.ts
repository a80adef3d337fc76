import { exactText, parseExact } from '../../protocols/exact-json.ts';

/**
 * Reads JSON so that `JSON.stringify` writes every number as it came: ids of more than 53 bits are common. Undefined for what
 * is no JSON, or nests too deep to be written again.
 */
export const readExactJson = (text: string): { readonly value: unknown } | undefined => {
  try {
    const value = parseExact(text);
    // What can be read may still be too deep to be written.
    exactText(value);
    return { value };
  } catch {
    return undefined;
  }
};
