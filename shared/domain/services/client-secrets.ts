import * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { isoOrNull, Time } from '../inputs.ts';
import { AuthCount, countAuths } from './count-auths.ts';
import { datesOf } from './dates.ts';
import { production } from './definition.ts';
import { environmentsOf } from './environment.ts';
import { isForAll } from './for-all.ts';
import { getService } from './get.ts';
import { inheritedSecrets } from './secrets.ts';
import type { Service } from './service.ts';

const day = 24 * 60 * 60 * 1000;

/** The environment whose client secret another uses; undefined where there is none. */
const keeperOf = (service: Service, environment: string): string | undefined => {
  if (service.secrets[environment]?.since['clientSecret'] !== undefined) return environment;
  return inheritedSecrets(service, environment).includes('clientSecret') ? production : undefined;
};

/** All environments that use the client secret of one. */
export const usersOf = (service: Service, keeper: string): readonly string[] =>
  environmentsOf(service.definition).filter((environment) => keeperOf(service, environment) === keeper);

/** Whether the next client secret of an environment is set already. */
export const nextIsSet = ({ secrets }: Service, keeper: string): boolean =>
  secrets[keeper]?.since['nextClientSecret'] !== undefined;

/** Where all auths of a service are listed: by its workspace where they all stand there, else by the organization. */
export const authsUrl = async (deps: Deps, service: Service): Promise<string> => {
  const place = (await isForAll(deps, service)) ? '' : `/workspaces/${service.workspaceId}`;
  return `${deps.settings.publicUrl}/v1${place}/auths?serviceId=${service.id}`;
};

/** A client secret: when it ends, whether the next one is there, and how many auths would stop renewing with it. */
const ClientSecretView = z.object({
  environment: z.string(),
  /** The environment that it belongs to, where another uses it. */
  keptIn: z.string(),
  expiresAt: Time.nullable(),
  /** Whole days; negative once it is over. */
  daysLeft: z.int().nullable(),
  nextSet: z.boolean(),
  auths: AuthCount,
  authsUrl: z.string(),
});

export const ClientSecretsView = z.object({ items: z.array(ClientSecretView) });

const expiryOf = (service: Service, keeper: string): number | undefined =>
  datesOf(service).find(({ kind, environment }) => kind === 'client_secret' && environment === keeper)?.at;

interface OfService {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly serviceId: string;
}

/** The client secrets of a service by environment, and what each would take down with it. */
export const readClientSecrets = async (
  deps: Deps,
  where: OfService,
): Promise<z.infer<typeof ClientSecretsView>> => {
  const service = await getService(deps, where);
  const countIn = await countAuths(deps, service);
  const url = await authsUrl(deps, service);
  const now = deps.clock.now();
  const items = environmentsOf(service.definition).flatMap((environment) => {
    const keptIn = keeperOf(service, environment);
    if (keptIn === undefined) return [];
    const at = expiryOf(service, keptIn);
    return [
      {
        environment,
        keptIn,
        expiresAt: isoOrNull(at),
        daysLeft: at === undefined ? null : Math.floor((at - now) / day),
        nextSet: nextIsSet(service, keptIn),
        auths: countIn([environment]),
        authsUrl: `${url}&environment=${environment}`,
      },
    ];
  });
  return { items };
};
