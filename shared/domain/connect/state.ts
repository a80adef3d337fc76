import * as z from 'zod';
import { OrganizationId, SessionId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant } from '../inputs.ts';
import { outcomeLife } from './session.ts';

/** One authorization request under way (RFC 6749 §10.12), found by the hash of its `state`. Used once. */
const ConnectState = z.object({
  hash: z.string(),
  organizationId: OrganizationId,
  sessionId: SessionId,
  /** Where the provider sends the person back to; a callback elsewhere is not its answer. */
  redirectUri: z.string(),
  /** Sealed: what the protocol must know again, and the link with which the person may try again. */
  sealed: z.string(),
  expiresAt: Instant,
  usedAt: Instant.optional(),
  revision: z.int(),
});
export type ConnectState = z.infer<typeof ConnectState>;

/** What is sealed in a state. */
export const StateSecrets = z.object({ kept: z.record(z.string(), z.string()), link: z.string() });

export const stateKey = (hash: string): Key => ({ partition: `STATE#${hash}`, sort: 'STATE' });

export const connectStates: Collection<ConnectState> = {
  name: 'connect_state',
  schema: ConnectState,
  place: (item) => ({ key: stateKey(item.hash), expiresAt: item.expiresAt + outcomeLife }),
};
