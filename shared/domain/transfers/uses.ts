import type { Bundle } from './bundle.ts';
import type { MissingService } from './plan-view.ts';

export type Uses = MissingService['usedBy'];

/** How many connectors and steps of a bundle use a service. A step of a connector uses the service of that connector. */
export const usesOf = ({ connectors, steps }: Pick<Bundle, 'connectors' | 'steps'>, ref: string): Uses => {
  const through = connectors.filter(({ service }) => service === ref).map((connector) => connector.ref);
  const used = steps.filter(
    ({ service, connector }) => service === ref || (connector !== undefined && through.includes(connector)),
  );
  const connectorSteps = used.filter(({ kind }) => kind === 'connector').length;
  return { connectors: through.length, connectorSteps, otherSteps: used.length - connectorSteps };
};

/** Whether a service is used by HTTP-client or GraphQL steps and by nothing else; mixed use has no exception (R22). */
export const isExcepted = ({ connectors, connectorSteps, otherSteps }: Uses): boolean =>
  connectors + connectorSteps === 0 && otherSteps > 0;
