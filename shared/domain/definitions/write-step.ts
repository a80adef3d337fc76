import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { createService } from '../services/create.ts';
import type { ServiceInput } from '../services/definition.ts';
import { serviceKey, services, type Service } from '../services/service.ts';
import { updateService } from '../services/update.ts';
import { editedMeanwhile, etag } from '../versions.ts';
import type { ImportedService } from './import-request.ts';
import type { OpenImport } from './open-import.ts';
import type { Step } from './plan.ts';

/** A step as it is told of before anything is done. */
export const shownStep = ({ ref, name, act, service }: Step): ImportedService => ({
  ref,
  name,
  act,
  serviceId: service?.id ?? null,
  error: null,
});

interface Writing extends Step {
  readonly input: ServiceInput;
}

/** Makes a service, or replaces one. What the import has made before it was cut off stays as it is. */
const write = async (
  deps: Deps,
  { organizationId, workspaceId, serviceIds }: OpenImport,
  { ref, input, service, catalogueEntry }: Writing,
): Promise<Service> => {
  const where = { organizationId, workspaceId };
  // What was read is what was agreed to be replaced.
  if (service)
    return updateService(deps, { ...where, serviceId: service.id, input, ifMatch: etag(service.version) });
  const id = serviceIds[ref];
  const found = id && (await deps.store.get(services, serviceKey(organizationId, id)));
  if (!found) return createService(deps, { ...where, id, input, catalogueEntry });
  if (found.removedAt !== undefined) throw editedMeanwhile();
  return found;
};

/** Writes one service. What others do at the same moment, such as an edit of it, is told and keeps none of the others back. */
export const writeStep = async (deps: Deps, begun: OpenImport, step: Step): Promise<ImportedService> => {
  const { input } = step;
  if (!input) return shownStep(step);
  try {
    const { id, definition } = await write(deps, begun, { ...step, input });
    return { ...shownStep(step), name: definition.name, serviceId: id };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...shownStep(step), error: { code: error.code, message: error.message } };
  }
};
