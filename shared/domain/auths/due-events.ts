import * as z from 'zod';
import { eventKind } from '../../events.ts';
import { AuthId, ServiceId } from '../../ids.ts';
import { Time } from '../inputs.ts';

const authId = 'auth_01hvx3s9k2m4n6p8q0r2s4t6v8';

const Due = z.strictObject({ authIds: z.array(AuthId).min(1).max(100) });

export const RefreshDue = eventKind('auth.refresh_due', {
  summary: 'It is time to renew these auths, all of one service where it is named.',
  audience: 'work',
  version: 1,
  /** `since`: when a worker first found no free call for them; absent where the sweep asks. */
  data: Due.extend({ serviceId: ServiceId.optional(), since: Time.optional() }),
  example: { authIds: [authId], serviceId: 'svc_01hvx3s9k2m4n6p8q0r2s4t6v8' },
});

export const ExpiryDue = eventKind('auth.expiry_due', {
  summary: 'It is time to tell of the end of these auths.',
  audience: 'work',
  version: 1,
  data: Due,
  example: { authIds: [authId] },
});

export const RemovalDue = eventKind('auth.removal_due', {
  summary: 'The deletion of these auths was begun and not finished.',
  audience: 'work',
  version: 1,
  data: Due,
  example: { authIds: [authId] },
});

export const TestDue = eventKind('auth.test_due', {
  summary: 'It is time to test the credentials of these auths.',
  audience: 'work',
  version: 1,
  data: Due,
  example: { authIds: [authId] },
});

export const RevocationDue = eventKind('auth.revocation_due', {
  summary: 'It is time to take the grants of these deleted auths back at the provider.',
  audience: 'work',
  version: 1,
  data: Due,
  example: { authIds: [authId] },
});

export const EscrowDue = eventKind('auth.escrow_due', {
  summary: 'It is time to let the vault take credentials that it did not take before.',
  audience: 'work',
  version: 1,
  data: z.strictObject({
    held: z
      .array(z.strictObject({ authId: AuthId, version: z.string() }))
      .min(1)
      .max(100),
  }),
  example: { held: [{ authId, version: '5f0c2f6f3f0e4b7a9a52d1f0c1b8e7d4' }] },
});

/** The events by which the sweep asks for what is due of auths. */
export const dueEvents = [RefreshDue, ExpiryDue, RemovalDue, RevocationDue, TestDue, EscrowDue];
