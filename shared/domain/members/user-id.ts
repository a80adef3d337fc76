import * as z from 'zod';

/** What the deployer's identity provider calls a person: the claim that the configuration names. */
export const UserId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s\p{C}]+$/u, 'Expected a user id without spaces and control characters.')
  .meta({ example: 'user-1' });
