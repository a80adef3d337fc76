import type { Key } from '../../../ports.ts';
import { authKey, type Auth } from '../../auths/auth.ts';
import { production } from '../../services/definition.ts';
import type { ServiceInUse } from '../../services/current.ts';
import type { Limit, Limits } from '../../services/limits.ts';
import { serviceKey } from '../../services/service.ts';

/** Whose calls are counted together, and how many there may be. */
export interface Scope {
  readonly of: 'auth' | 'service';
  readonly limit: Limit;
  /** Where what is counted stands: the partition of the auth or the service, and what tells environments apart. */
  readonly partition: string;
  readonly suffix: string;
}

/** Where a scope keeps one of its counts. */
export const keyIn = ({ partition, suffix }: Scope, name: 'CALLS' | 'SEATS'): Key => ({
  partition,
  sort: `${name}${suffix}`,
});

const half = (number: number): number => Math.ceil(number / 2);

/** What one auth may take of what its service allows all together, where the definition does not say: half, so that some is left. */
const shareOf = ({ rate, concurrency }: Limit): Limit => ({
  rate: rate && { ...rate, calls: half(rate.calls) },
  concurrency: concurrency === undefined ? undefined : half(concurrency),
});

const limitOfAuth = ({ auth, service }: Limits): Limit | undefined => {
  const share = service && shareOf(service);
  return auth ? { ...share, ...auth } : share;
};

/** The limits that a call with an auth is under, its own first; none where the definition states none. */
export const scopesOf = (auth: Auth, { id, definition, environment }: ServiceInUse): readonly Scope[] => {
  const { limits } = definition;
  if (!limits || id === undefined) return [];
  const { organizationId } = auth;
  const own = limitOfAuth(limits);
  const ofAuth = { of: 'auth', partition: authKey(organizationId, auth.id).partition, suffix: '' } as const;
  const { partition } = serviceKey(organizationId, id);
  const ofService = { of: 'service', partition, suffix: `#${environment ?? production}` } as const;
  return [
    ...(own ? [{ ...ofAuth, limit: own }] : []),
    ...(limits.service ? [{ ...ofService, limit: limits.service }] : []),
  ];
};
