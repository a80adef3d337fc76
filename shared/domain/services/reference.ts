import * as z from 'zod';

/** How a caller names a service that auths are made with: by its id, or by the name that its builder gave it (R2). */
export const ServiceReference = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'Expected the id or the name of a service.');
