import { beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { AuthConnected } from '#shared/domain/auths/events.ts';
import { newEvent } from '#shared/events.ts';
import { secret } from '#shared/secret.ts';
import { installStreaming } from '../../local/awslambda.ts';
import { loadFunctions, react } from '../../local/functions.ts';
import { runAs, withRights } from '../../local/rights.ts';
import { world, type World } from '../support/deps.ts';

installStreaming();
const { handlers } = await loadFunctions();

let w: World;
beforeEach(async () => {
  w = await world();
});

describe('a function on this machine', () => {
  it('is kept from what it could not do on AWS', async () => {
    const { vault, sealer, store } = withRights(w.deps);
    const ref = { kind: 'auth', organizationId: w.organizationId, id: 'auth_1' } as const;
    const version = '0'.repeat(32);
    await runAs('connect', () => vault.put(ref, version, secret('token')));
    const acts: readonly (() => Promise<unknown>)[] = [
      () => vault.get(ref, version),
      () => vault.put({ ...ref, kind: 'service' }, version, secret('other')),
      () => vault.remove(ref),
      () => sealer.seal('purpose', secret('text')),
      () => store.due({ shard: 0, from: 0, to: 1, limit: 1 }),
    ];
    for (const refused of acts)
      await expect(runAs('history', refused)).rejects.toThrow(/^history may not do this on AWS/);
    expect((await vault.get(ref, version))?.reveal()).toBe('token');
  });

  it('can write the history of an auth', async () => {
    provide(withRights(w.deps));
    const { organizationId, workspaceId } = w;
    const data = { ...AuthConnected.example, workspaceId };
    const event = newEvent(w.deps, AuthConnected, { organizationId, data });
    expect(await react(handlers.get('events/record-history.ts')!, event)).toBe(true);
  });
});
