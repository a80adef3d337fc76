import { describe, expect, it } from '@jest/globals';
import { movingVault } from '#shared/aws/vault/moving.ts';
import { memoryVault } from '#shared/memory/vault.ts';
import { secret } from '#shared/secret.ts';
import { newRef, newVersion } from './vault.ts';

const moving = () => {
  const [to, from] = [memoryVault(), memoryVault()];
  return { to, from, vault: movingVault({ to, from }) };
};

describe('moving from one vault to another', () => {
  it('still gives what was put before the move', async () => {
    const { from, vault } = moving();
    const [ref, version] = [newRef(), newVersion()];
    await from.put(ref, version, secret('old'));
    expect((await vault.get(ref, version))?.reveal()).toBe('old');
  });

  it('puts new versions in the new vault alone', async () => {
    const { to, from, vault } = moving();
    const [ref, version] = [newRef(), newVersion()];
    await vault.put(ref, version, secret('new'));
    expect((await to.get(ref, version))?.reveal()).toBe('new');
    expect(await from.get(ref, version)).toBeUndefined();
  });

  it('carries a version over when it is put again', async () => {
    const { to, from, vault } = moving();
    const [ref, version] = [newRef(), newVersion()];
    await from.put(ref, version, secret('same'));
    await vault.put(ref, version, secret('same'));
    expect((await to.get(ref, version))?.reveal()).toBe('same');
  });

  it('refuses another value for a version of the old vault', async () => {
    const { from, vault } = moving();
    const [ref, version] = [newRef(), newVersion()];
    await from.put(ref, version, secret('old'));
    await expect(vault.put(ref, version, secret('new'))).rejects.toThrow('with another value');
    expect((await vault.get(ref, version))?.reveal()).toBe('old');
  });

  it('destroys what lies in either', async () => {
    const { to, from, vault } = moving();
    const [ref, first, second] = [newRef(), newVersion(), newVersion()];
    await from.put(ref, first, secret('one'));
    await vault.put(ref, second, secret('two'));
    await vault.remove(ref);
    const left = [from.get(ref, first), to.get(ref, second), vault.get(ref, first), vault.get(ref, second)];
    expect(await Promise.all(left)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
