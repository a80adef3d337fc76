import * as z from 'zod';
import { callerShape, callerVariables } from './caller-settings.ts';

/** The environment variables that a function reads; the stacks set them, the code reads them here and nowhere else. */
export const environment = {
  table: 'LATCHKEY_TABLE',
  bus: 'LATCHKEY_BUS',
  vault: 'LATCHKEY_VAULT',
  secretPrefix: 'LATCHKEY_SECRET_PREFIX',
  sealingKey: 'LATCHKEY_SEALING_KEY',
  publicUrl: 'LATCHKEY_PUBLIC_URL',
  streamingUrl: 'LATCHKEY_STREAMING_URL',
  egressAllow: 'LATCHKEY_EGRESS_ALLOW',
  ...callerVariables,
} as const;

const Address = z.url().transform((url) => url.replace(/\/+$/, ''));

const Config = z.object({
  table: z.string().min(3),
  bus: z.string().min(1),
  vault: z.enum(['secret-per-auth', 'sealed']).default('secret-per-auth'),
  secretPrefix: z.string().min(1).default('latchkey'),
  sealingKey: z.string().min(1),
  publicUrl: Address,
  /** Empty for the function that has this address itself. */
  streamingUrl: z.literal('').or(Address).default(''),
  egressAllow: z.string().default(''),
  ...callerShape,
});
export type Config = z.infer<typeof Config>;

/** Reads the environment. Throws, naming the variables, when one is missing or wrong. */
export const readConfig = (): Config =>
  Config.parse(
    Object.fromEntries(Object.entries(environment).map(([key, name]) => [key, process.env[name]])),
  );
