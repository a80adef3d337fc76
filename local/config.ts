import * as z from 'zod';

const Config = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  LATCHKEY_DIR: z.string().min(1).default('.latchkey'),
  LATCHKEY_EGRESS_ALLOW: z.string().default(''),
  /** Any AWS-compatible endpoint instead of the embedded database. */
  AWS_ENDPOINT_URL: z.url().optional(),
});
export type LocalConfig = z.infer<typeof Config>;

/** Reads the environment of the local product. Throws a sentence that names what is wrong. */
export const readLocalConfig = (): LocalConfig => {
  const parsed = Config.safeParse(process.env);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
};
