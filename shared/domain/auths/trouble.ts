import * as z from 'zod';
import { LatchkeyEvent } from '../../events.ts';
import { AuthId, OrganizationId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { outboxDue } from '../outbox.ts';
import type { AuthRef } from './amend.ts';

/** How often an auth could not be renewed by an error of ours. Beside the auth, because that may be what cannot be read. */
const Trouble = z.object({
  organizationId: OrganizationId,
  authId: AuthId,
  /** As far as they can still be read. */
  workspaceId: z.string().optional(),
  serviceId: z.string().optional(),
  tries: z.int(),
  firstAt: Instant,
  lastAt: Instant,
  /** The name of the last error's class: its message may hold what was parsed, such as a token. */
  code: z.string(),
  /** When it was told that the auth is set aside. */
  setAsideAt: Instant.optional(),
  outbox: z.array(LatchkeyEvent),
  revision: z.int(),
});
export type Trouble = z.infer<typeof Trouble>;

/** How long a trouble is of interest after its last try, in milliseconds. */
export const troubleLifetime = 14 * 24 * 60 * 60 * 1000;

export const troubleKey = ({ organizationId, authId }: AuthRef): Key => ({
  partition: `ORG#${organizationId}#AUTH#${authId}`,
  sort: 'TROUBLE',
});

export const troubles: Collection<Trouble> = {
  name: 'trouble',
  schema: Trouble,
  place: (item) => ({
    key: troubleKey(item),
    due: outboxDue(item),
    expiresAt: item.lastAt + troubleLifetime,
  }),
};

/** Forgets the trouble of an auth that works again. Should that fail, it is known for over by its times. */
export const forgetTrouble = async ({ store }: Pick<Deps, 'store'>, ref: AuthRef): Promise<void> => {
  try {
    const trouble = await store.get(troubles, troubleKey(ref));
    if (trouble?.outbox.length === 0) await store.remove(troubles, trouble);
  } catch {
    // What was asked for is done all the same.
  }
};
