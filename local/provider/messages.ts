import * as z from 'zod';

/** What the provider's thread is started with. */
export const Setup = z.strictObject({
  /** 0 for any free port. */
  port: z.int().min(0).max(65_535),
  redirectUris: z.array(z.url()).min(1),
  offsetMilliseconds: z.int(),
  dataDirectory: z.string().min(1).optional(),
  grantLifetimeSeconds: z.int().positive(),
  accessTokenLifetimeSeconds: z.int().positive(),
});
export type Setup = z.infer<typeof Setup>;

/** What the main thread asks of the provider's thread. */
export const Command = z.discriminatedUnion('type', [
  /** Sets how far the thread's clock is ahead; answered by `moved` with the same id. */
  z.strictObject({ type: z.literal('move'), id: z.int(), offsetMilliseconds: z.int() }),
  z.strictObject({ type: z.literal('stop') }),
]);
export type Command = z.infer<typeof Command>;

const Client = z.strictObject({ id: z.string(), secret: z.string() });

/** What the provider's thread tells the main thread. */
export const Report = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('ready'),
    issuer: z.url(),
    client: Client,
    machine: Client,
    apiKey: z.string(),
  }),
  z.strictObject({ type: z.literal('moved'), id: z.int() }),
  z.strictObject({ type: z.literal('failed'), message: z.string() }),
]);
export type Report = z.infer<typeof Report>;
