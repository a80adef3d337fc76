import { newEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { replaceAndTell } from '../outbox.ts';
import { ClientRejected } from './events.ts';
import type { ServiceInUse } from './current.ts';
import { serviceKey, services } from './service.ts';

/**
 * Tells once that the provider refuses a service's OAuth application; silent until it has worked, or been edited, since. Says
 * nothing of a definition that was edited meanwhile.
 */
export const tellClientRejected = async (
  deps: Deps,
  { organizationId, id: serviceId, version }: ServiceInUse,
  { code, description = null }: { code: string; description?: string | null | undefined },
): Promise<void> => {
  if (serviceId === undefined) return;
  const current = await deps.store.get(services, serviceKey(organizationId, serviceId));
  if (current?.version !== version || current.clientRejectedAt !== undefined) return;
  const data = { serviceId, workspaceId: current.workspaceId, code, description };
  await replaceAndTell(deps, services, {
    ...current,
    clientRejectedAt: deps.clock.now(),
    outbox: [...current.outbox, newEvent(deps, ClientRejected, { organizationId, data })],
  });
};

/** Takes the mark back when the application works again. */
export const clientAccepted = async (
  deps: Deps,
  { organizationId, id, version }: ServiceInUse,
): Promise<void> => {
  if (id === undefined) return;
  const current = await deps.store.get(services, serviceKey(organizationId, id));
  if (current?.version !== version || current.clientRejectedAt === undefined) return;
  await deps.store.replace(services, { ...current, clientRejectedAt: undefined });
};
