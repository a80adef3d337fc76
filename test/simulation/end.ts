import { credentialRef, type Auth } from '#shared/domain/auths/auth.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { vaultPath } from '#shared/vault.ts';
import type { Crew } from './crew.ts';
import { addressOf } from './store.ts';
import { accessTokenIn } from './witness.ts';
import { authNow, runAll, whereOf, type World } from './world.ts';

/** After faults have stopped and time has passed: all is healthy that can be, and nothing is left lying. */
export const checkEnd = async (world: World, crew: Pick<Crew, 'begun'>, index: number): Promise<void> => {
  const { ground, names, provider, held, breaks, scheduler, witness } = world;
  const auth = authNow(world, index);
  const where = whereOf(names, index);
  if (!auth) {
    const path = vaultPath(credentialRef({ ...where, id: where.authId }));
    const left = [...(ground.held.get(path)?.keys() ?? [])];
    if (left.length > 0) breaks('the vault holds a credential of a deleted auth');
    return;
  }
  if (auth.state === 'deleting') {
    breaks('a deletion is not finished');
    return;
  }
  const grant = witness.grantBehind(auth);
  if (!grant) {
    breaks('the auth points to a version that the vault does not hold');
    return;
  }
  if (!grant.alive) {
    if (auth.state !== 'needs_reconnect') breaks(`the grant is dead and the auth is ${auth.state}`);
    return;
  }
  if (auth.state !== 'active') {
    breaks(`the grant is alive and the auth is ${auth.state}`);
    return;
  }
  const calls = provider.state.calls.length;
  crew.begun(0, {
    name: `the last refresh of ${index}`,
    run: (deps) => refreshNow(deps, where),
    failed: () => breaks('the grant is alive and the auth cannot be renewed'),
    done: (value) => {
      const token = accessTokenIn(held(value as Auth)?.get((value as Auth).credential.version));
      if (token === undefined || !provider.takes(token, scheduler.now()))
        breaks('the auth does not serve a valid token');
    },
  });
  await runAll(world);
  if (provider.state.calls.length !== calls + 1) breaks('one refresh is not one call');
};

/** Nothing is left to be told, and nothing that was to be told is missing. */
export const checkStore = ({ ground, witness, breaks }: World): void => {
  for (const { collection, item } of ground.rows.values())
    if ('outbox' in item && Array.isArray(item.outbox) && item.outbox.length > 0)
      breaks(`an outbox of ${collection.name} is not empty: ${addressOf(collection, item)}`);
  for (const { collection, item } of ground.rows.values())
    if (collection.name === 'escrow') breaks(`what was held in escrow stays: ${addressOf(collection, item)}`);
  for (const { id, type } of witness.told())
    if (!witness.isPublished(id)) breaks(`${type} was never published`);
};
