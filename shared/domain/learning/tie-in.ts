import type { ServiceDefinition } from '../services/definition.ts';
import { tieOf } from '../services/edit-effect.ts';
import { definitionIn, environmentsOf } from '../services/environment.ts';

/** What ties auths to a service in one environment; undefined when it has no such environment. */
export const tieIn = (definition: ServiceDefinition, environment: string): string | undefined =>
  environmentsOf(definition).includes(environment) ? tieOf(definitionIn(definition, environment)) : undefined;
