import type { Deps } from '../ports.ts';

/** Something that one process keeps by key, such as a credential that it has opened. */
export interface Memory<T> {
  /** Answers what is known and younger than its age; else loads it, once for all who ask meanwhile. */
  readonly recall: (deps: Pick<Deps, 'clock'>, key: string, load: () => Promise<T>) => Promise<T>;
  /** Drops what is known, also what is just being loaded: it changed. */
  readonly forget: (deps: Pick<Deps, 'clock'>, key: string) => void;
}

interface Known<T> {
  readonly value: Promise<T>;
  readonly until: number;
}

/**
 * A memory of values that live for `milliseconds`, the oldest dropped past `capacity`. Failures are not kept.
 * What is kept belongs to the ports that loaded it, so that two processes in one test share nothing.
 */
export const memory = <T>(milliseconds: number, capacity = 5000): Memory<T> => {
  const byDeps = new WeakMap<Pick<Deps, 'clock'>, Map<string, Known<T>>>();
  return {
    recall: (deps, key, load) => {
      const known = byDeps.get(deps) ?? new Map<string, Known<T>>();
      byDeps.set(deps, known);
      const found = known.get(key);
      if (found && found.until > deps.clock.now()) return found.value;
      const entry = { value: load(), until: deps.clock.now() + milliseconds };
      known.delete(key);
      known.set(key, entry);
      entry.value.catch(() => known.get(key) === entry && known.delete(key));
      const oldest = known.keys().next();
      if (known.size > capacity && !oldest.done) known.delete(oldest.value);
      return entry.value;
    },
    forget: (deps, key) => {
      byDeps.get(deps)?.delete(key);
    },
  };
};

/** One flight per key: who asks while one is under way waits for its outcome instead of starting another. */
export const flights = <T>(): ((deps: Deps, key: string, start: () => Promise<T>) => Promise<T>) => {
  const byDeps = new WeakMap<Deps, Map<string, Promise<T>>>();
  return (deps, key, start) => {
    const under = byDeps.get(deps) ?? new Map<string, Promise<T>>();
    byDeps.set(deps, under);
    const flight = under.get(key) ?? start().finally(() => under.delete(key));
    under.set(key, flight);
    return flight;
  };
};
