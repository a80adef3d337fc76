import { AuthNeedsReconnect, AuthOutlived } from '#shared/domain/auths/events.ts';
import { allEnds, endsKey, type Ends } from '#shared/domain/learning/ends.ts';
import { tieIn } from '#shared/domain/learning/tie-in.ts';
import { getService } from '#shared/domain/services/get.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { newEvent, type LatchkeyEvent } from '#shared/events.ts';
import { start, type World } from '../../../support/deps.ts';

export interface Lived {
  /** Which auth, and which of its consents. */
  readonly auth: number;
  readonly epoch?: number;
  readonly seconds: number;
  readonly consentedAt?: number;
  readonly environment?: string;
}

export const authIdOf = (auth: number): string => `auth_${String(auth).padStart(26, '0')}`;

const about = (w: World, service: Service, { auth, epoch = 1, seconds, ...rest }: Lived) => {
  const { environment = 'production', consentedAt = start } = rest;
  const tie = tieIn(service.definition, environment) ?? '';
  return {
    authId: authIdOf(auth),
    serviceId: service.id,
    workspaceId: w.workspaceId,
    life: { environment, tie, epoch, consentedAt: new Date(consentedAt).toISOString(), seconds },
  };
};

/** The event of an auth of a service that the provider ended at an age. */
export const ended = (w: World, service: Service, lived: Lived): LatchkeyEvent =>
  newEvent(w.deps, AuthNeedsReconnect, {
    organizationId: w.organizationId,
    data: {
      ...about(w, service, lived),
      cause: 'revoked',
      code: 'invalid_grant',
      advice: 'Ask the person to connect again.',
      link: null,
    },
  });

/** The event of one that was renewed at an age. */
export const outlived = (w: World, service: Service, lived: Lived): LatchkeyEvent =>
  newEvent(w.deps, AuthOutlived, {
    organizationId: w.organizationId,
    data: about(w, service, lived),
  });

/** The service as it is now. */
export const serviceNow = ({ deps, organizationId, workspaceId }: World, { id }: Service): Promise<Service> =>
  getService(deps, { organizationId, workspaceId, serviceId: id });

/** What is known of its ends in one environment. */
export const endsOf = (
  { deps, organizationId }: World,
  service: Service,
  environment = 'production',
): Promise<Ends | undefined> => {
  const tie = tieIn(service.definition, environment) ?? '';
  return deps.store.get(allEnds, endsKey({ organizationId, serviceId: service.id, environment, tie }));
};
