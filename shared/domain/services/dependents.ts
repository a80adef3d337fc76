import type { ErrorDetail } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { auths, authsWith } from '../auths/auth.ts';
import { connectors, connectorsWith } from '../connectors/connector.ts';
import { every } from '../paging.ts';
import { solutions, solutionsOf } from '../solutions/solution.ts';
import type { Service } from './service.ts';

const mostNamed = 20;

/** Each that uses a service, as the path of it; an auth that is being deleted does not any more. */
const dependents = async function* (
  { store }: Deps,
  { organizationId, id }: Service,
): AsyncGenerator<ErrorDetail> {
  const at = (workspaceId: string) => `/v1/workspaces/${workspaceId}`;
  for await (const auth of every(store, auths, authsWith(organizationId, id)))
    if (auth.state !== 'deleting')
      yield { path: `${at(auth.workspaceId)}/auths/${auth.id}`, message: 'uses it' };
  for await (const connector of every(store, connectors, connectorsWith(organizationId, id)))
    yield {
      path: `${at(connector.workspaceId)}/connectors/${connector.id}`,
      message: 'uses it; by force it stays, shares nothing, and can be given another service',
    };
  for await (const solution of every(store, solutions, solutionsOf(organizationId)))
    if (solution.serviceIds.includes(id))
      yield {
        path: `${at(solution.workspaceId)}/solutions/${solution.id}`,
        message: 'uses it; by force it stays, without this service for its end users',
      };
};

/** The first auths, connectors and solutions of the organization that use a service (R13). */
export const dependentsOf = async (deps: Deps, service: Service): Promise<readonly ErrorDetail[]> => {
  const found: ErrorDetail[] = [];
  for await (const one of dependents(deps, service)) if (found.push(one) === mostNamed) break;
  return found;
};
