import * as z from 'zod';
import { ServiceId } from '../../ids.ts';
import { SecretString } from '../../secret.ts';
import { Name, Time } from '../inputs.ts';
import { EndUserId } from './auth.ts';

/** What an auth is made from without a consent: the fields of the service, or tokens obtained elsewhere (R51). */
export const NewAuth = z.strictObject({
  serviceId: ServiceId,
  name: Name,
  environment: z.literal('production').default('production'),
  fields: z.record(z.string(), SecretString).default({}),
  endUserId: EndUserId.optional(),
  credential: z
    .strictObject({
      accessToken: SecretString,
      refreshToken: SecretString.optional(),
      expiresAt: Time.optional(),
    })
    .optional(),
});
export type NewAuth = z.infer<typeof NewAuth>;

export const AuthEdit = z.strictObject({ name: Name });
