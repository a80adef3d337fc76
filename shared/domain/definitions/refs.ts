import type { DocumentEntry } from './document.ts';

interface Unnamed extends Omit<DocumentEntry, 'ref'> {
  readonly name: string;
}

const longest = 60;

const wordsOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z\d]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '') || 'service';

/** By name, then by all else: the order does not depend on the ids, which differ between deployments. */
const placeOf = ({ name, catalogueEntry = '', definition }: Unnamed): string =>
  JSON.stringify([name, catalogueEntry, definition]);

/** Gives each definition a name within its document, made of its own, in an order that is the same everywhere. */
export const refsOf = (entries: readonly Unnamed[]): DocumentEntry[] => {
  const places = new Map(entries.map((entry) => [entry, placeOf(entry)]));
  const inOrder = entries.toSorted((one, other) =>
    (places.get(one) ?? '') < (places.get(other) ?? '') ? -1 : 1,
  );
  const taken = new Set<string>();
  return inOrder.map(({ name, catalogueEntry, definition }) => {
    const words = wordsOf(name);
    let ref = words;
    for (let number = 2; taken.has(ref); number += 1) ref = `${words}-${String(number)}`;
    taken.add(ref);
    return { ref, ...(catalogueEntry !== undefined && { catalogueEntry }), definition };
  });
};
