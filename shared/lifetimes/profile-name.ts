import * as z from 'zod';

/** What a profile is called: the same as its file. */
export const ProfileName = z
  .string()
  .regex(/^[a-z\d][a-z\d-]{0,59}$/, 'Expected lower-case letters, digits and dashes.');
