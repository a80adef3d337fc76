import { auths } from '#shared/domain/auths/auth.ts';
import type { Store } from '#shared/ports.ts';

/** A store that tells how long each auth was worked on since this was last asked: from its first read to its last write, in milliseconds. */
export const timedStore = (inner: Store): { store: Store; take: () => readonly number[] } => {
  const begun = new Map<string, number>();
  const ended = new Map<string, number>();
  return {
    store: {
      ...inner,
      get: (collection, key) => {
        const { partition } = key;
        if (collection.name === auths.name && !begun.has(partition)) begun.set(partition, performance.now());
        return inner.get(collection, key);
      },
      replace: async (collection, item) => {
        const written = await inner.replace(collection, item);
        if (collection.name === auths.name)
          ended.set(collection.place(item).key.partition, performance.now());
        return written;
      },
    },
    take: () => {
      const taken = [...ended].map(([partition, at]) => at - (begun.get(partition) ?? at));
      begun.clear();
      ended.clear();
      return taken;
    },
  };
};
