import { AppError, conflict } from '../../errors.ts';
import { newToken } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { Secret } from '../../secret.ts';
import { expectVersion } from '../versions.ts';
import { demandNoLess, type KeyMaker } from './demand-no-less.ts';
import { editKey } from './edit.ts';
import { endOfMaker } from './end-of-maker.ts';
import { hashToken, keyText, type ServerKey } from './key.ts';

/** More texts of one key than anybody can keep apart. */
const mostEarlier = 4;

interface RotateInput {
  readonly by: KeyMaker;
  readonly keyId: string;
  readonly overlapSeconds: number;
  readonly ifMatch: string | undefined;
}

/** The texts that go on for a while: no one of them longer than was said before, nor than is said now. */
const ending = (key: ServerKey, now: number, end: number): ServerKey['earlier'] =>
  [...key.earlier, { hash: key.hash, until: end }]
    .map(({ hash, until }) => ({ hash, until: Math.min(until, end) }))
    .filter(({ until }) => until > now);

/**
 * Gives a key a new text; the texts of before work for the overlap, and not at all after none, but for the ten seconds that a
 * process which has just used one may remember it. Rejects with 403 for a key mightier than the caller, or
 * one that outlives the caller's, and with 409 `key_rotated_often`.
 */
export const rotateKey = async (
  deps: Deps,
  { by, keyId, overlapSeconds, ifMatch }: RotateInput,
): Promise<{ key: ServerKey; text: Secret }> => {
  const now = deps.clock.now();
  const token = newToken(deps.random);
  const { organizationId } = by;
  const end = keyId === by.id ? Infinity : await endOfMaker(deps, by);
  const key = await editKey(deps, { organizationId, keyId }, (item) => {
    demandNoLess(by, item);
    if ((item.expiresAt ?? Infinity) > end)
      throw new AppError(403, 'forbidden', 'This key outlives your own: its text is not for you to have.');
    expectVersion(ifMatch, item.version);
    const earlier = ending(item, now, now + overlapSeconds * 1000);
    if (earlier.length > mostEarlier)
      throw conflict(
        'key_rotated_often',
        'Several texts of this key work at once. Wait until one of them has ended, or rotate with an overlap of 0: then all of them end.',
      );
    return { ...item, hash: hashToken(token), earlier, rotatedAt: now, version: item.version + 1 };
  });
  return { key, text: keyText(organizationId, keyId, token) };
};
