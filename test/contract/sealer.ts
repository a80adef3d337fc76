import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Sealer } from '#shared/ports.ts';
import { Unsealable } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';

/** What every sealer must do. `open` gives two sealers of one key, as two processes have them, and one of another key. */
export const describeSealer = (
  name: string,
  open: () => Promise<{ readonly here: Sealer; readonly there: Sealer; readonly stranger: Sealer }>,
) => {
  describe(`the sealer: ${name}`, () => {
    let sealers: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      sealers = await open();
    });

    const text = fc.string({ unit: 'binary', maxLength: 200 });

    it('opens what another process sealed, whatever the text and the purpose', async () => {
      await fc.assert(
        fc.asyncProperty(text, text, async (purpose, value) => {
          const sealed = await sealers.here.seal(purpose, secret(value));
          expect((await sealers.there.open(purpose, sealed)).reveal()).toBe(value);
        }),
      );
    });

    it('opens under no other purpose', async () => {
      await fc.assert(
        fc.asyncProperty(text, text, async (purpose, other) => {
          fc.pre(purpose !== other);
          const sealed = await sealers.here.seal(purpose, secret('value'));
          await expect(sealers.here.open(other, sealed)).rejects.toThrow(Unsealable);
        }),
      );
    });

    it('opens with no other key', async () => {
      const sealed = await sealers.here.seal('state', secret('value'));
      await expect(sealers.stranger.open('state', sealed)).rejects.toThrow(Unsealable);
    });

    it('does not open when any one character was changed, left out or added', async () => {
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      // The length leaves bits of the last letter without a meaning, so that text can differ where bytes do not.
      const sealed = await sealers.here.seal('state', secret('x'.repeat(23)));
      const changed = Array.from(sealed, (letter, place) => {
        const [before, after] = [sealed.slice(0, place), sealed.slice(place + 1)];
        const flipped = [1, 32].map((bit) => before + letters.charAt(letters.indexOf(letter) ^ bit) + after);
        return [...flipped, before + after, `${before}=${letter}${after}`];
      }).flat();
      changed.push(`${sealed}A`, `${sealed}=`, `${sealed} `, `\n${sealed}`);
      const opened = await Promise.allSettled(
        changed.map((tampered) => sealers.here.open('state', tampered)),
      );
      expect(opened.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    });

    it.each(['', 'A', 'not sealed at all', 'AQ'.repeat(10), 'Ag'.repeat(40)])(
      'rejects what was never sealed: "%s"',
      async (sealed) => {
        await expect(sealers.here.open('state', sealed)).rejects.toThrow(Unsealable);
      },
    );

    it('seals the same text differently each time, in letters that a URL can hold', async () => {
      const sealed = await Promise.all(
        Array.from({ length: 50 }, () => sealers.here.seal('state', secret('the same'))),
      );
      expect(new Set(sealed).size).toBe(50);
      expect(sealed.every((value) => /^[A-Za-z0-9_-]+$/.test(value))).toBe(true);
    });

    it('shows nothing of the text', async () => {
      const sealed = await sealers.here.seal('state', secret('plainly-visible'));
      expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('plainly');
    });
  });
};
