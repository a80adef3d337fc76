import { conflict } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { ServiceDefinition } from '../services/definition.ts';
import { definitionIn, environmentsOf } from '../services/environment.ts';
import { findUmbrella } from './get.ts';

interface DemandInput {
  readonly organizationId: string;
  readonly definition: ServiceDefinition;
}

/**
 * Rejects with 409 `umbrella_removed` when an umbrella that a service names is gone. Asked after the service was written, since
 * whoever deletes an umbrella looks for services after it was marked: one of the two finds the other.
 */
export const demandUmbrellas = async (
  deps: Pick<Deps, 'store'>,
  { organizationId, definition }: DemandInput,
): Promise<void> => {
  for (const environment of environmentsOf(definition)) {
    const { umbrellaId } = definitionIn(definition, environment);
    if (umbrellaId === undefined || (await findUmbrella(deps, { organizationId, umbrellaId }))) continue;
    throw conflict(
      'umbrella_removed',
      'The umbrella that the service names was deleted in the same moment. Take it out of the service, or name another.',
      [
        {
          path: `body.${environment === 'production' ? '' : `environments.${environment}.`}umbrellaId`,
          message: 'There is no such umbrella.',
        },
      ],
    );
  }
};
