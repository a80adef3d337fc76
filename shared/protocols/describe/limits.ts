/** A document cannot be read. The message is a sentence for the caller and holds nothing of the document. */
export class UnreadableDocument extends Error {}

/** In bytes of text. */
export const largestDocument = 1_048_576;
export const deepestLevel = 64;
export const mostNodes = 100_000;
export const mostAliases = 20;

export const tooDeep = () =>
  new UnreadableDocument(`The document is nested deeper than ${deepestLevel} levels.`);
export const tooMany = () => new UnreadableDocument('The document has more than 100,000 values.');
export const twice = () => new UnreadableDocument('A key stands twice in the same object of the document.');

const weight = (value: unknown): number => (typeof value === 'string' ? value.length : 0);

/** One level of the document at a time, so that no depth can exhaust the stack. */
const levelBelow = (level: readonly unknown[]): unknown[] =>
  level.flatMap((value): unknown[] => {
    if (Array.isArray(value)) return value;
    if (typeof value !== 'object' || value === null) return [];
    if (Object.hasOwn(value, '__proto__'))
      throw new UnreadableDocument('The document has a key named __proto__, which is refused.');
    return Object.values(value);
  });

/** Gives parsed data back when it is within the limits of `readDocument`. Throws `UnreadableDocument`. */
export const checkLimits = (document: unknown): unknown => {
  let level: readonly unknown[] = [document];
  let nodes = 0;
  let size = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    nodes += level.length;
    size += level.reduce<number>((sum, value) => sum + weight(value), 0);
    if (depth > deepestLevel) throw tooDeep();
    if (nodes > mostNodes) throw tooMany();
    if (size > largestDocument) throw new UnreadableDocument('The document is larger than 1 MB.');
    level = levelBelow(level);
  }
  return document;
};
