import { checkLimits, largestDocument, UnreadableDocument } from './limits.ts';
import { readJson } from './json-text.ts';
import { readYaml } from './yaml-text.ts';

/**
 * Reads a document of JSON or YAML (1.2, core schema) that somebody else wrote, as plain own data. At most 1 MB, 64 levels,
 * 100,000 nodes and 20 aliases; no tags but the core's, no key twice. Throws `UnreadableDocument`.
 */
export const readDocument = (text: string): unknown => {
  if (Buffer.byteLength(text) > largestDocument)
    throw new UnreadableDocument('The document is larger than 1 MB.');
  return readJson(text) ?? checkLimits(readYaml(text));
};
