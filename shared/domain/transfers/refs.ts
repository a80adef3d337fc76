const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50) || 'one';

/** A ref for each id, made of its name; the same for the same things in the same order. */
export const refs = (
  named: readonly (readonly [id: string, name: string])[],
): ReadonlyMap<string, string> => {
  const taken = new Set<string>();
  return new Map(
    named.map(([id, name]) => {
      const base = slug(name);
      let ref = base;
      for (let count = 2; taken.has(ref); count += 1) ref = `${base}-${String(count)}`;
      taken.add(ref);
      return [id, ref];
    }),
  );
};
