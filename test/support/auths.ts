import { auths, type Auth } from '#shared/domain/auths/auth.ts';
import { newId } from '#shared/ids.ts';
import type { World } from './deps.ts';

/** Copies of an auth, as many as a busy platform has, each a millisecond younger than the one before. */
export const copiesOf = async (
  { deps, clock }: Pick<World, 'deps' | 'clock'>,
  model: Auth,
  changes: readonly Partial<Auth>[],
): Promise<readonly Auth[]> => {
  const made: Auth[] = [];
  for (const change of changes) {
    await clock.advance(1);
    const copy = { ...model, id: newId('auth', deps), outbox: [], ...change };
    await deps.store.insert(auths, copy);
    made.push(copy);
  }
  return made;
};
