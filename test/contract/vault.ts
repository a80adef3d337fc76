import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Vault, VaultRef } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';

let refs = 0;

/** A ref that no other test uses. */
export const newRef = (fields: Partial<VaultRef> = {}): VaultRef => {
  refs += 1;
  return { kind: 'auth', organizationId: 'org_1', workspaceId: 'ws_1', id: `auth_${refs}`, ...fields };
};

let versions = 0;

/** A version that no other test uses. */
export const newVersion = (): string => {
  versions += 1;
  return `version-${String(versions).padStart(28, '0')}`;
};

/** What every vault must do. */
export const describeVault = (name: string, open: () => Promise<Vault>) => {
  describe(`the vault: ${name}`, () => {
    let vault: Vault;
    beforeEach(async () => {
      vault = await open();
    });

    const read = async (ref: VaultRef, version: string) => (await vault.get(ref, version))?.reveal();

    it('knows nothing of what was never put', async () => {
      expect(await vault.get(newRef(), newVersion())).toBeUndefined();
    });

    it('gives each version as it was put', async () => {
      const [ref, first, second] = [newRef(), newVersion(), newVersion()];
      await vault.put(ref, first, secret('one'));
      await vault.put(ref, second, secret('two'));
      expect([await read(ref, first), await read(ref, second)]).toEqual(['one', 'two']);
      expect(await read(ref, newVersion())).toBeUndefined();
    });

    it('gives a secret that does not show itself', async () => {
      const [ref, version] = [newRef(), newVersion()];
      await vault.put(ref, version, secret('hush'));
      const kept = await vault.get(ref, version);
      expect(JSON.stringify({ kept })).toBe('{"kept":"[secret]"}');
    });

    it('takes the same version with the same value again', async () => {
      const [ref, version] = [newRef(), newVersion()];
      await vault.put(ref, version, secret('one'));
      await vault.put(ref, version, secret('one'));
      await vault.put(ref, newVersion(), secret('two'));
      await vault.put(ref, version, secret('one'));
      expect(await read(ref, version)).toBe('one');
    });

    it('refuses another value for a version that it has, and shows neither', async () => {
      const [ref, version] = [newRef(), newVersion()];
      await vault.put(ref, version, secret('first-value'));
      const refusal = await vault.put(ref, version, secret('other-value')).then(
        () => 'taken',
        (error: unknown) => error as Error,
      );
      expect(refusal).toBeInstanceOf(Error);
      expect((refusal as Error).message).toBe(
        `This version of auth/org_1/ws_1/${ref.id} is kept already, with another value.`,
      );
      expect(await read(ref, version)).toBe('first-value');
    });

    it('keeps things apart by kind, organization, workspace and id', async () => {
      const version = newVersion();
      const base = newRef();
      const others: readonly VaultRef[] = [
        base,
        { ...base, kind: 'service' },
        { ...base, kind: 'subscription' },
        { ...base, kind: 'key' },
        { ...base, organizationId: 'org_2' },
        { ...base, workspaceId: 'ws_2' },
        { ...base, workspaceId: undefined },
        { ...base, id: `${base.id}x` },
      ];
      for (const [place, ref] of others.entries()) await vault.put(ref, version, secret(`value ${place}`));
      const values = await Promise.all(others.map((ref) => read(ref, version)));
      expect(values).toEqual(others.map((_, place) => `value ${place}`));
      await vault.remove(base);
      expect(await read(base, version)).toBeUndefined();
      expect(await read({ ...base, workspaceId: undefined }, version)).toBe('value 6');
    });

    it('destroys every version at once', async () => {
      const ref = newRef();
      const all = Array.from({ length: 8 }, newVersion);
      for (const version of all) await vault.put(ref, version, secret(version));
      await vault.remove(ref);
      expect(await Promise.all(all.map((version) => read(ref, version)))).toEqual(all.map(() => undefined));
    });

    it('keeps all versions but the one that was forgotten', async () => {
      const [ref, first, second] = [newRef(), newVersion(), newVersion()];
      await vault.put(ref, first, secret('one'));
      await vault.put(ref, second, secret('two'));
      await vault.forget(ref, first);
      await vault.forget(ref, newVersion());
      await vault.forget(newRef(), first);
      expect(await read(ref, second)).toBe('two');
    });

    it('does nothing for the removal of what is not there', async () => {
      const ref = newRef();
      await expect(vault.remove(ref)).resolves.toBeUndefined();
      await vault.put(ref, newVersion(), secret('one'));
      await vault.remove(ref);
      await expect(vault.remove(ref)).resolves.toBeUndefined();
    });

    it('gives nothing of a workspace any more once all in it and its key were removed, and all of another', async () => {
      const version = newVersion();
      const [gone, other] = [newRef({ workspaceId: 'ws_gone' }), newRef({ workspaceId: 'ws_other' })];
      for (const ref of [gone, other]) await vault.put(ref, version, secret(ref.id));
      await vault.remove(gone);
      const place = { organizationId: gone.organizationId, workspaceId: gone.workspaceId };
      await vault.removeWorkspace(place);
      await expect(vault.removeWorkspace(place)).resolves.toBeUndefined();
      expect(await read(gone, version)).toBeUndefined();
      expect(await read(other, version)).toBe(other.id);
    });

    it('takes a thing anew once it was removed, even the same version', async () => {
      const [ref, version] = [newRef(), newVersion()];
      await vault.put(ref, version, secret('before'));
      await vault.remove(ref);
      await vault.put(ref, version, secret('after'));
      expect(await read(ref, version)).toBe('after');
    });

    it('lets 8 put their first versions of one thing at once, and keeps all', async () => {
      const ref = newRef();
      const all = Array.from({ length: 8 }, newVersion);
      await Promise.all(all.map((version) => vault.put(ref, version, secret(version))));
      expect(await Promise.all(all.map((version) => read(ref, version)))).toEqual(all);
    });

    it('keeps one value of a version that two put at once, and refuses the other', async () => {
      const [ref, version] = [newRef(), newVersion()];
      const puts = ['left', 'right'].map((value) => vault.put(ref, version, secret(value)));
      const ends = await Promise.allSettled(puts);
      expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await read(ref, version)).toBe(ends[0]!.status === 'fulfilled' ? 'left' : 'right');
    });

    it.each(['short', 'a'.repeat(31), 'a'.repeat(65), `${'a'.repeat(40)}/`, ''])(
      'refuses the version "%s" for its form',
      async (version) => {
        await expect(vault.put(newRef(), version, secret('x'))).rejects.toThrow(RangeError);
        await expect(vault.get(newRef(), version)).rejects.toThrow(RangeError);
      },
    );

    it('refuses an id that could pass for another path', async () => {
      await expect(vault.put(newRef({ id: 'a/b' }), newVersion(), secret('x'))).rejects.toThrow(RangeError);
    });

    it('gives back any text', async () => {
      const ref = newRef();
      await fc.assert(
        fc.asyncProperty(fc.string({ minLength: 1, maxLength: 300, unit: 'binary' }), async (text) => {
          const version = newVersion();
          await vault.put(ref, version, secret(text));
          expect(await read(ref, version)).toBe(text);
        }),
        { numRuns: 25 },
      );
    });

    it('gives back a text of 16 kilobytes', async () => {
      const [ref, version, text] = [newRef(), newVersion(), 'k'.repeat(16_384)];
      await vault.put(ref, version, secret(text));
      expect(await read(ref, version)).toBe(text);
    });
  });
};
