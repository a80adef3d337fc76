import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sealedSecrets, sealedVault } from '#shared/aws/vault/sealed.ts';
import { memoryStore } from '#shared/memory/store.ts';
import { seededRandom } from '#shared/memory/random.ts';
import { Unsealable, type VaultRef } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';

const version = (number: number) => `version-${String(number).padStart(28, '0')}`;

interface Place {
  readonly ref: VaultRef;
  readonly version: string;
}

/** One key for all: what keeps tenants apart here is the associated data alone. */
const sealed = () => {
  const store = memoryStore();
  const random = seededRandom(3);
  const dataKey = () => Promise.resolve(new Uint8Array(32).fill(7));
  return { store, vault: sealedVault({ store, dataKey, random }) };
};

const keyOf = ({ ref, version: at }: Place) =>
  sealedSecrets.place({ ...ref, version: at, sealed: '', revision: 1 }).key;

/** Puts the sealed text of one place into the row of another, as who may write the table could. */
const swap = async ({ store }: ReturnType<typeof sealed>, from: Place, to: Place) => {
  const [source, target] = [
    await store.get(sealedSecrets, keyOf(from)),
    await store.get(sealedSecrets, keyOf(to)),
  ];
  await store.replace(sealedSecrets, { ...target!, sealed: source!.sealed });
};

const base: VaultRef = { kind: 'auth', organizationId: 'org_a', workspaceId: 'ws_1', id: 'auth_1' };
const others: readonly (readonly [string, Place])[] = [
  ['another organization', { ref: { ...base, organizationId: 'org_b' }, version: version(1) }],
  ['another workspace', { ref: { ...base, workspaceId: 'ws_2' }, version: version(1) }],
  ['another auth', { ref: { ...base, id: 'auth_2' }, version: version(1) }],
  ['another version', { ref: base, version: version(2) }],
  ['another kind', { ref: { ...base, kind: 'service' }, version: version(1) }],
];

describe('a sealed credential that somebody has moved in the table', () => {
  it.each(others)(
    'does not open in the place of that of %s, even under the same data key',
    async (_, other) => {
      const at = sealed();
      const own = { ref: base, version: version(1) };
      await at.vault.put(own.ref, own.version, secret('own'));
      await at.vault.put(other.ref, other.version, secret('other'));
      await swap(at, other, own);
      await expect(at.vault.get(own.ref, own.version)).rejects.toThrow(Unsealable);
      // Nor can what was put there be put again over it as if nothing had happened.
      await expect(at.vault.put(own.ref, own.version, secret('own'))).rejects.toThrow(Unsealable);
      expect((await at.vault.get(other.ref, other.version))?.reveal()).toBe('other');
    },
  );

  it('opens in no place but its own, whatever ids are made of', async () => {
    const part = fc.stringMatching(/^[a-z]{1,3}_[a-z0-9]{1,3}$/);
    const place = fc.record({
      ref: fc.record({
        kind: fc.constantFrom('auth' as const, 'service' as const),
        organizationId: part,
        workspaceId: fc.option(part, { nil: undefined }),
        id: part,
      }),
      version: fc.nat(3).map(version),
    });
    await fc.assert(
      fc.asyncProperty(place, place, async (one, other) => {
        fc.pre(JSON.stringify(keyOf(one)) !== JSON.stringify(keyOf(other)));
        const at = sealed();
        await at.vault.put(one.ref, one.version, secret('one'));
        await at.vault.put(other.ref, other.version, secret('other'));
        await swap(at, one, other);
        await expect(at.vault.get(other.ref, other.version)).rejects.toThrow(Unsealable);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
