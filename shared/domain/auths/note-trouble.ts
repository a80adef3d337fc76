import * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { insertAndTell, replaceAndTell } from '../outbox.ts';
import type { AuthRef } from './amend.ts';
import { authKey, auths, type Auth } from './auth.ts';
import { remains } from './remains.ts';
import { setAside, toldAside } from './set-aside.ts';
import { troubleKey, troubleLifetime, troubles, type Trouble } from './trouble.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const most = 5;

/** An auth as far as it can be read. */
type Found =
  | { readonly readable: true; readonly auth: Auth }
  | { readonly readable: false; readonly auth: Pick<Trouble, 'workspaceId' | 'serviceId'> };

const find = async ({ store }: Deps, { organizationId, authId }: AuthRef): Promise<Found | undefined> => {
  const key = authKey(organizationId, authId);
  try {
    const auth = await store.get(auths, key);
    return auth && { readable: true, auth };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const left = await store.get(remains, key).catch((again: unknown) => {
      // Not even its revision can be read.
      if (again instanceof z.ZodError) return undefined;
      throw again;
    });
    return { readable: false, auth: { workspaceId: left?.workspaceId, serviceId: left?.serviceId } };
  }
};

/** Nothing is renewed that could be set aside. */
const rests = ({ readable, auth }: Found): boolean =>
  readable &&
  (auth.setAsideAt !== undefined || auth.state === 'needs_reconnect' || auth.state === 'deleting');

/** Whether a trouble is still the one that goes on: it is not when it is old, or the auth has been renewed or restored since. */
const goesOn = (
  { setAsideAt, firstAt, lastAt }: Trouble,
  { readable, auth }: Found,
  now: number,
): boolean => {
  if (readable && (setAsideAt !== undefined || auth.credential.obtainedAt > lastAt)) return false;
  return setAsideAt === undefined ? now - firstAt < day : now - lastAt < troubleLifetime;
};

/** The class of an error, by its name; nothing of its message. */
const classOf = (error: unknown): string =>
  error instanceof Error && /^[A-Za-z]\w{0,99}$/.test(error.name) ? error.name : 'unknown';

interface NextInput {
  readonly ref: AuthRef;
  readonly found: Found;
  readonly before: Trouble | undefined;
  readonly code: string;
  readonly now: number;
}

/** The trouble after one more try. */
const next = ({ ref, found, before, code, now }: NextInput): Trouble => {
  const tries = (before?.tries ?? 0) + 1;
  return {
    organizationId: ref.organizationId,
    authId: ref.authId,
    workspaceId: found.auth.workspaceId,
    serviceId: found.auth.serviceId,
    tries,
    firstAt: before?.firstAt ?? now,
    lastAt: now,
    code,
    setAsideAt: tries >= most ? now : undefined,
    outbox: [],
    revision: 0,
  };
};

/** An auth that cannot be read stays due, and its trouble known: it is told once, however long that lasts. */
const keepKnown = async ({ store }: Deps, trouble: Trouble, now: number): Promise<void> => {
  if (now - trouble.lastAt >= day) await store.replace(troubles, { ...trouble, lastAt: now });
};

/**
 * Notes that an auth could not be renewed by an error that is no `AppError` and no port's. At the fifth such try within 24
 * hours, each at least a minute after the one before, the auth is set aside, and that is told once: in the auth's own outbox
 * (ADR 0005), or in the trouble's where the auth cannot be read and so cannot be marked. Rejects when the store does.
 */
export const noteTrouble = async (deps: Deps, ref: AuthRef, error: unknown): Promise<void> => {
  const now = deps.clock.now();
  const known = await deps.store.get(troubles, troubleKey(ref));
  const found = await find(deps, ref);
  if (!found || rests(found)) return;
  const before = known && goesOn(known, found, now) ? known : undefined;
  // The queue may give a message twice.
  if (before && now - before.lastAt < minute) return;
  if (before?.setAsideAt !== undefined) return keepKnown(deps, before, now);
  const trouble = next({ ref, found, before, code: classOf(error), now });
  const aside = trouble.setAsideAt !== undefined;
  if (aside && found.readable) await setAside(deps, trouble);
  const outbox = [...(known?.outbox ?? []), ...(aside && !found.readable ? [toldAside(deps, trouble)] : [])];
  // Somebody else who was faster has noted the same.
  if (known) await replaceAndTell(deps, troubles, { ...trouble, outbox, revision: known.revision });
  else await insertAndTell(deps, troubles, { ...trouble, outbox });
};
