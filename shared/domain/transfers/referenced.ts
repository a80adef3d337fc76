import { AppError, firstDetails, invalid, type ErrorDetail } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { connectorKey, connectors, isSharedWith, type Connector } from '../connectors/connector.ts';
import { getUsableService } from '../services/get.ts';
import { serviceKey, services, type Service } from '../services/service.ts';
import type { ExportRequest } from './export-request.ts';

interface ReferencedInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly steps: ExportRequest['steps'];
}

/** What the steps of an export name, in the order in which they do. */
export interface Referenced {
  /** By what the steps call them: an id or a name. */
  readonly services: ReadonlyMap<string, Service>;
  readonly connectors: ReadonlyMap<string, { readonly connector: Connector; readonly service: Service }>;
}

type Where = Omit<ReferencedInput, 'steps'>;

const serviceOf = async (deps: Deps, where: Where, service: string): Promise<Service | string> => {
  try {
    return await getUsableService(deps, { ...where, service });
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
};

const connectorOf = async ({ store }: Deps, { organizationId, workspaceId }: Where, id: string) => {
  const connector = await store.get(connectors, connectorKey(organizationId, id));
  if (!connector || !isSharedWith(connector, workspaceId))
    return 'Expected a connector of this workspace, or one that is shared with it.';
  const service = await store.get(services, serviceKey(organizationId, connector.serviceId));
  if (!service || service.removedAt !== undefined) return 'The service that this connector uses was deleted.';
  return { connector, service };
};

/** Finds each once; what is not there is told by the step that names it first. */
const findAll = async <T extends object>(
  steps: ExportRequest['steps'],
  member: 'serviceId' | 'connectorId',
  find: (id: string) => Promise<T | string>,
) => {
  const found = new Map<string, T>();
  const unknown: ErrorDetail[] = [];
  const seen = new Set<string>();
  for (const [index, step] of steps.entries()) {
    const id = step[member];
    if (id === undefined || seen.has(id)) continue;
    seen.add(id);
    const one = await find(id);
    if (typeof one === 'string')
      unknown.push({ path: `body.steps.${String(index)}.${member}`, message: one });
    else found.set(id, one);
  }
  return { found, unknown };
};

/** The services and connectors that steps name. Rejects with 422 `unknown_reference`, naming each that may not be used here. */
export const referenced = async (deps: Deps, { steps, ...where }: ReferencedInput): Promise<Referenced> => {
  const named = await findAll(steps, 'serviceId', (id) => serviceOf(deps, where, id));
  const through = await findAll(steps, 'connectorId', (id) => connectorOf(deps, where, id));
  const unknown = [...named.unknown, ...through.unknown];
  if (unknown.length > 0)
    throw invalid(
      'unknown_reference',
      'Steps name services or connectors that this workspace may not use.',
      firstDetails(unknown, 'body.steps'),
    );
  return { services: named.found, connectors: through.found };
};
