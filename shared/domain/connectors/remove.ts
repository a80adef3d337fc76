import type { Deps } from '../../ports.ts';
import { editedMeanwhile, expectVersion } from '../versions.ts';
import { connectors } from './connector.ts';
import { getConnector, type ConnectorRef } from './get.ts';

/** Deletes a connector. What was imported while it was shared stays as it is. */
export const removeConnector = async (
  deps: Pick<Deps, 'store'>,
  { ifMatch, ...where }: ConnectorRef & { readonly ifMatch: string | undefined },
): Promise<void> => {
  const connector = await getConnector(deps, where);
  expectVersion(ifMatch, connector.version);
  if (!(await deps.store.remove(connectors, connector))) throw editedMeanwhile();
};
