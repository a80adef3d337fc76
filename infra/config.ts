import * as z from 'zod';
import { callerSettings, callerShape } from '#shared/caller-settings.ts';

const Config = z.object({
  /** Begins the names of stacks, bus and secrets, so that several deployments fit in one account. */
  prefix: z
    .string()
    .max(30)
    .regex(
      /^[a-z][a-z0-9]+(-[a-z0-9]+)*$/,
      'Expected lower-case letters, digits and single dashes, such as latchkey-test.',
    )
    .default('latchkey'),
  vault: z.enum(['secret-per-auth', 'sealed']).default('secret-per-auth'),
  /** Whether table, sealing key and bus outlive their stack. `false` suits a trial. */
  keepData: z.union([z.boolean(), z.stringbool()]).default(true),
  /** Whether the schemas of events are put into EventBridge's schema registry, which some regions do not have. */
  eventSchemas: z.union([z.boolean(), z.stringbool()]).default(true),
  ...callerShape,
});

/** What a deployer decides, with `cdk deploy -c vault=sealed` or under `context` in cdk.json. */
export type InfraConfig = z.infer<typeof Config>;

/** Reads the configuration from CDK's context. Throws, naming the setting, when one is wrong. */
export const readConfig = (context: (name: string) => unknown): InfraConfig => {
  const config = Config.parse(
    Object.fromEntries(Object.keys(Config.shape).map((name) => [name, context(name)])),
  );
  // What the functions could not start with is found before anything is deployed.
  callerSettings(config);
  return config;
};
