import * as z from 'zod';

const Document = z.record(z.string(), z.unknown());

/** Merges a patch into a document (RFC 7396): null takes a member away, an object is merged, all else replaces. */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  const changes = Document.safeParse(patch);
  if (!changes.success) return patch;
  const before = Document.safeParse(target).data ?? {};
  const merged = Object.entries(changes.data).map(
    ([name, value]) => [name, mergePatch(before[name], value)] as const,
  );
  const removed = (name: string) => Object.hasOwn(changes.data, name) && changes.data[name] === null;
  return Object.fromEntries([...Object.entries(before), ...merged].filter(([name]) => !removed(name)));
};
