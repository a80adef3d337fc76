import * as z from 'zod';
import type { LatchkeyEvent } from '../../events.ts';
import { AuthId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { history } from './history.ts';

const OfAuth = z.looseObject({ authId: AuthId });

/** Writes an event into the history of its auth; told twice, it stands there once. Events of many auths are no history. */
export const recordHistory = async ({ store }: Deps, event: LatchkeyEvent): Promise<void> => {
  const about = OfAuth.safeParse(event.data);
  if (!about.success) return;
  const { organizationId } = event;
  await store.insert(history, { organizationId, authId: about.data.authId, event, revision: 0 });
};
