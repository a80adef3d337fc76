import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { systemClock as clock } from './aws/clock.ts';
import { guardedHttp, parseAllowList } from './aws/egress.ts';
import { lateNotices } from './aws/late-notices.ts';
import { systemRandom as random } from './aws/random.ts';
import { keySealer, secretsManagerKey } from './aws/sealer.ts';
import { documentClient } from './aws/table/documents.ts';
import { tableStore } from './aws/table/store.ts';
import { vaultByKind } from './aws/vault/by-kind.ts';
import { secretsManagerDataKeys } from './aws/vault/data-keys.ts';
import { movingVault } from './aws/vault/moving.ts';
import { sealedVault } from './aws/vault/sealed.ts';
import { secretPerAuthVault } from './aws/vault/secret-per-auth.ts';
import { keptOnce } from './aws/vault/secrets.ts';
import { callerSettings } from './caller-settings.ts';
import { readConfig, type Config } from './config.ts';
import type { Bus, Deps, Store, Vault } from './ports.ts';

/** Sealed, what was kept as secrets of their own is still found; so one moves over without downtime. */
const vaultOf = (
  { vault, secretPrefix: prefix }: Config,
  client: SecretsManagerClient,
  store: Store,
): Vault => {
  const secrets = secretPerAuthVault({ client, prefix });
  if (vault === 'secret-per-auth') return secrets;
  const sealed = sealedVault({ store, random, dataKey: secretsManagerDataKeys({ client, prefix, random }) });
  return vaultByKind({ auth: movingVault({ to: sealed, from: secrets }), other: secrets });
};

/** Loaded with the first event: most calls tell none. */
const busOf = ({ bus: busName }: Config): Bus => {
  const bus = keptOnce(async () => {
    const [{ EventBridgeClient }, { eventBridgeBus }] = await Promise.all([
      import('@aws-sdk/client-eventbridge'),
      import('./aws/event-bus.ts'),
    ]);
    return eventBridgeBus({ client: new EventBridgeClient(), busName, clock, random });
  });
  return { publish: async (events) => (await bus()).publish(events) };
};

const awsDeps = (config: Config): Deps => {
  const secrets = new SecretsManagerClient();
  const client = documentClient(new DynamoDBClient());
  const store = tableStore({ client, tableName: config.table });
  const allow = parseAllowList(config.egressAllow);
  return {
    store,
    vault: vaultOf(config, secrets, store),
    sealer: keySealer({ key: secretsManagerKey({ client: secrets, secretId: config.sealingKey }), random }),
    bus: busOf(config),
    http: guardedHttp({ allow, plainHttp: false }),
    notices: lateNotices({ prefix: config.secretPrefix, clock, random }),
    clock,
    random,
    settings: {
      publicUrl: config.publicUrl,
      streamingUrl: config.streamingUrl || undefined,
      plainHttp: false,
      allow,
      ...callerSettings(config),
    },
  };
};

let current: Deps | undefined;

/** Gives the functions other ports than those of AWS: the local product and the tests do. */
export const provide = (deps: Deps): void => {
  current = deps;
};

/** The ports of this process: made at the first call, so that importing a function reads no environment. */
export const deps = (): Deps => (current ??= awsDeps(readConfig()));
