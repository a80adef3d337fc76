import { AppError } from '../../../errors.ts';
import type { Values } from '../../../protocols/protocol.ts';
import { fillUrl, UnusableUrl } from '../../../protocols/url-template.ts';
import { fill, required } from '../../../template.ts';
import { production, type ServiceDefinition } from '../definition.ts';
import { definitionIn, environmentsOf } from '../environment.ts';
import type { CheckFinding } from './finding.ts';

/** A definition as it is in one environment. */
export interface Place {
  readonly environment: string;
  readonly definition: ServiceDefinition;
}

interface Resolved {
  /** Production first. */
  readonly places: readonly Place[];
  /** Of environments whose settings do not fit those of production. */
  readonly problems: readonly AppError[];
}

/** A definition in each of its environments. */
export const resolved = (definition: ServiceDefinition): Resolved => {
  const places: Place[] = [];
  const problems: AppError[] = [];
  for (const environment of environmentsOf(definition)) {
    try {
      places.push({ environment, definition: definitionIn(definition, environment) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(error);
    }
  }
  return { places, problems };
};

/** Where the settings of an environment stand in the document. */
const prefixOf = (environment: string): string =>
  environment === production ? '' : `environments.${environment}.`;

/** What is told below one place, by paths such as `auth.tokenUrl`. */
interface Told {
  readonly path: string;
  readonly message: string;
}

/**
 * What is told of all environments, by paths from the top of the document. What an environment only has from production
 * is told once.
 */
export const toldOnce = <T extends Told>(
  places: readonly Place[],
  of: (place: Place) => readonly T[],
): readonly T[] => {
  const known = new Set<string>();
  return places.flatMap((place) => {
    const prefix = prefixOf(place.environment);
    return of(place)
      .map((told) => ({ told, name: JSON.stringify([told.path, told.message]) }))
      .filter(({ name }) => !known.has(name))
      .map(({ told, name }) => {
        if (place.environment === production) known.add(name);
        return { ...told, path: `${prefix}${told.path}` };
      });
  });
};

/** The same for findings, whose paths begin with `body.`. */
export const foundOnce = (
  places: readonly Place[],
  of: (place: Place) => readonly CheckFinding[],
): readonly CheckFinding[] =>
  toldOnce(places, of).map((finding) => ({ ...finding, path: `body.${finding.path}` }));

/** What fills placeholders before anybody has given anything: the defaults of the fields, and a client id of its own. */
const knownValues = ({ fields, auth }: ServiceDefinition): Values => {
  const defaults = Object.fromEntries(
    fields.flatMap(({ key, default: value }) => (value === undefined ? [] : [[key, value] as const])),
  );
  const own = 'clientId' in auth && required(auth.clientId).every((name) => Object.hasOwn(defaults, name));
  return own ? { client_id: fill(auth.clientId, defaults), ...defaults } : defaults;
};

/** A URL of a definition as it is before anybody has given anything. */
export type Tried =
  | { readonly kind: 'url'; readonly url: URL }
  /** Nothing fills these names yet. */
  | { readonly kind: 'open'; readonly names: readonly string[] }
  | { readonly kind: 'unusable'; readonly message: string };

/** Fills a URL template with what is known of a definition alone. */
export const triedUrl = (definition: ServiceDefinition, template: string, plainHttp: boolean): Tried => {
  const values = knownValues(definition);
  const names = required(template).filter((name) => !Object.hasOwn(values, name));
  if (names.length > 0) return { kind: 'open', names };
  try {
    return { kind: 'url', url: fillUrl(template, values, { hosts: definition.hosts, plainHttp }) };
  } catch (error) {
    if (error instanceof UnusableUrl) return { kind: 'unusable', message: error.message };
    throw error;
  }
};
