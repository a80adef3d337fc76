import { beforeEach, describe, expect, it } from '@jest/globals';
import { amendAuth } from '#shared/domain/auths/amend.ts';
import { auths, type Auth } from '#shared/domain/auths/auth.ts';
import type { Store } from '#shared/ports.ts';
import { otherProcess, world, type World } from '../../../support/deps.ts';
import { authNow, connectedAuth, countingTokens, oauth2Service } from '../../../support/nouns.ts';

let w: World;
let known: Auth;
let reads: number;

const amend = (change: (auth: Auth) => Auth | undefined) => {
  const store: Store = {
    ...w.deps.store,
    get: (collection, key) => {
      reads += 1;
      return w.deps.store.get(collection, key);
    },
  };
  const { organizationId, id: authId } = known;
  return amendAuth(otherProcess(w.deps, { store }), { organizationId, authId, known }, change);
};

beforeEach(async () => {
  w = await world();
  w.http.answers(countingTokens());
  known = await connectedAuth(w, await oauth2Service(w));
  reads = 0;
});

describe('an auth that its writer knows', () => {
  it('is changed without being read again', async () => {
    expect(await amend((auth) => ({ ...auth, name: 'New' }))).toMatchObject({ name: 'New' });
    expect(reads).toBe(0);
    expect((await authNow(w, known.id)).name).toBe('New');
  });

  it('is read again when somebody else wrote meanwhile, and nothing of theirs is lost', async () => {
    await w.deps.store.replace(auths, { ...known, tags: ['theirs'] });
    await amend((auth) => ({ ...auth, name: 'New' }));
    expect(reads).toBe(1);
    expect(await authNow(w, known.id)).toMatchObject({ name: 'New', tags: ['theirs'] });
  });

  it('is read again before nothing is done', async () => {
    await w.deps.store.replace(auths, { ...known, tags: ['theirs'] });
    const changed = await amend((auth) => (auth.tags.length > 0 ? { ...auth, name: 'New' } : undefined));
    expect(changed).toMatchObject({ name: 'New', tags: ['theirs'] });
  });

  it('is not changed when the newest state says so, and not brought back when it is gone', async () => {
    const newest = await w.deps.store.replace<Auth>(auths, { ...known, state: 'deleting' });
    const unless = (auth: Auth) => (auth.state === 'deleting' ? undefined : { ...auth, name: 'New' });
    expect(await amend(unless)).toBeUndefined();
    if (newest) await w.deps.store.remove(auths, newest);
    expect(await amend(unless)).toBeUndefined();
    expect(w.store.keys().filter((key) => key.includes(known.id))).toEqual([]);
  });
});
