import type { Deps } from '../../ports.ts';
import type { Connector } from '../connectors/connector.ts';
import { isOver } from '../services/sunset.ts';
import type { Bundle } from './bundle.ts';
import { findConnectors } from './find-connectors.ts';
import { findService, type FoundService } from './find-service.ts';
import { mappedServices, type Mapping } from './mapped.ts';
import type { PlanView, Warning } from './plan-view.ts';
import { missingService, unmappedService } from './report.ts';
import { targetOf, type Target } from './target.ts';
import { isExcepted, usesOf } from './uses.ts';

export interface PlanInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly input: { readonly bundle: Bundle; readonly mapping: Mapping };
}

/** What an import comes to: what stands for what, by ref, and how that reads. */
interface Plan {
  readonly services: ReadonlyMap<string, FoundService>;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly view: PlanView;
}

const findServices = async (
  deps: Deps,
  target: Target,
  { bundle, mapping }: PlanInput['input'],
): Promise<ReadonlyMap<string, FoundService>> => {
  const chosen = await mappedServices(deps, target, { bundle, mapping });
  const found = new Map<string, FoundService>();
  for (const wanted of bundle.services) {
    const excepted = isExcepted(usesOf(bundle, wanted.ref));
    const service = chosen.get(wanted.ref);
    const one = service
      ? { service, by: 'mapping' as const }
      : await findService(deps, target, { wanted, excepted });
    if (one) found.set(wanted.ref, one);
  }
  return found;
};

const warnings = (bundle: Bundle, { services, connectors }: Omit<Plan, 'view'>): readonly Warning[] => [
  ...bundle.services.flatMap(({ ref, type }): Warning[] => {
    const auth = services.get(ref)?.service.definition.auth;
    if (!auth || auth.type === type) return [];
    const message = `It is of the type ${type} in the bundle and ${auth.type} here: its steps may need changes.`;
    return [{ code: 'other_auth_type', ref, message }];
  }),
  ...bundle.connectors.flatMap(({ ref }): Warning[] => {
    if (connectors.has(ref)) return [];
    const message =
      'No connector of this name is shared with this workspace: its steps have the service alone.';
    return [{ code: 'connector_not_shared', ref, message }];
  }),
];

const statusOf = ({
  missing,
  needsMapping,
}: Pick<PlanView, 'missing' | 'needsMapping'>): PlanView['status'] => {
  if (missing.length > 0) return 'services_missing';
  return needsMapping.length > 0 ? 'needs_mapping' : 'ready';
};

/**
 * Tells what the import of a bundle comes to, and changes nothing: which services are there, which are missing and how to share
 * them (R18–R21), for which the caller has to choose another (R22, R23). Rejects with 422 `invalid_mapping`.
 */
export const planImport = async (deps: Deps, { input, ...where }: PlanInput): Promise<Plan> => {
  const { bundle } = input;
  const target = await targetOf(deps, where);
  const services = await findServices(deps, target, input);
  const connectors = await findConnectors(deps, target, { bundle, found: services });
  const open = bundle.services
    .filter(({ ref }) => !services.has(ref))
    .map((wanted) => ({ wanted, uses: usesOf(bundle, wanted.ref) }));
  const missing = open
    .filter(({ uses }) => !isExcepted(uses))
    .map(({ wanted, uses }) => missingService(target, wanted, uses));
  const unmapped = open.filter(({ uses }) => isExcepted(uses));
  const available = unmapped.length > 0 ? [...(await target.atHome()), ...(await target.elsewhere())] : [];
  const needsMapping = unmapped.map(({ wanted }) =>
    unmappedService(
      wanted,
      available.filter((service) => !isOver(deps, service)),
    ),
  );
  return {
    services,
    connectors,
    view: {
      status: statusOf({ missing, needsMapping }),
      services: bundle.services.map(({ ref, name }) => {
        const one = services.get(ref);
        return { ref, name, serviceId: one?.service.id ?? null, by: one?.by ?? null };
      }),
      connectors: bundle.connectors.map(({ ref, name }) => ({
        ref,
        name,
        connectorId: connectors.get(ref)?.id ?? null,
      })),
      missing,
      needsMapping,
      warnings: [...warnings(bundle, { services, connectors })],
    },
  };
};
