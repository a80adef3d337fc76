import * as z from 'zod';
import { keptByName, named } from '../../protocols/params.ts';
import { SecretString } from '../../secret.ts';
import { Name, Time } from '../inputs.ts';
import { EnvironmentName, production } from '../services/definition.ts';
import { ServiceReference } from '../services/reference.ts';
import { EndUserId, FreeMetadata, Tags } from './auth.ts';

/**
 * What an auth is made from without a consent: the fields of the service, or tokens obtained elsewhere (R51), or, where
 * there is no service, a generic description (R1). `generic` is parsed apart, so that what it cannot hold is told as such.
 */
export const NewAuth = z
  .strictObject({
    serviceId: ServiceReference.optional(),
    name: Name,
    environment: EnvironmentName.default(production),
    fields: named(100, z.string(), SecretString).default({}),
    endUserId: EndUserId.optional(),
    tags: Tags.default([]),
    metadata: FreeMetadata.default({}),
    credential: z
      .strictObject({
        accessToken: SecretString,
        refreshToken: SecretString.optional(),
        /** Of OAuth 1, which signs with it (RFC 5849 §3.4). */
        tokenSecret: SecretString.optional(),
        expiresAt: Time.optional(),
        /** What fills `{{metadata.…}}`, which otherwise comes from the provider's answer. */
        metadata: keptByName(z.string().max(2000)),
      })
      .optional(),
    generic: z.record(z.string(), z.unknown()).optional(),
    /** Whoever makes an auth of a discouraged type may say so too (R33). */
    acknowledgeRisk: z.literal(true).optional(),
  })
  .refine(({ serviceId, generic }) => (serviceId === undefined) !== (generic === undefined), {
    path: ['serviceId'],
    message: 'Give serviceId, or generic for an API that has no service.',
  });
export type NewAuth = z.infer<typeof NewAuth>;

export const AuthEdit = z
  .strictObject({ name: Name, tags: Tags, metadata: FreeMetadata })
  .partial()
  .refine((edit) => Object.keys(edit).length > 0, 'Give name, tags or metadata.');
