import type { Deps } from '#shared/ports.ts';

interface Death {
  /** At which call of store or vault, counted from 1. */
  readonly at: number;
  /** Whether that call is done all the same; none after it is. */
  readonly done: boolean;
}

/** The ports of a process that dies. What it began side by side dies with it. */
export const mortal = (deps: Deps, { at, done }: Death) => {
  let calls = 0;
  const dying = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const act: unknown = Reflect.get(target, name);
        if (typeof act !== 'function') return act;
        return async (...given: unknown[]) => {
          calls += 1;
          if (calls > at || (calls === at && !done)) throw new Error('The process has died.');
          const answer: unknown = await (act as (...all: unknown[]) => unknown).apply(target, given);
          if (calls >= at) throw new Error('The process has died.');
          return answer;
        };
      },
    });
  const ports = { store: dying(deps.store), vault: dying(deps.vault) };
  return { deps: { ...deps, ...ports }, died: () => calls >= at };
};
