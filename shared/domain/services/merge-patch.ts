type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Merges a patch into a document (RFC 7396): null takes a member away, an object is merged, all else replaces. */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch;
  const before: Members = isObject(target) ? target : {};
  const of = (name: string) => (Object.hasOwn(before, name) ? before[name] : undefined);
  const merged = Object.entries(patch).map(([name, value]) => [name, mergePatch(of(name), value)] as const);
  const removed = (name: string) => Object.hasOwn(patch, name) && patch[name] === null;
  return Object.fromEntries([...Object.entries(before), ...merged].filter(([name]) => !removed(name)));
};
