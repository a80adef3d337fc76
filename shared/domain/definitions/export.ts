import * as z from 'zod';
import { invalid } from '../../errors.ts';
import { ServiceId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { secretsOfType } from '../../protocols/definition.ts';
import { every } from '../paging.ts';
import { production } from '../services/definition.ts';
import { getService } from '../services/get.ts';
import { services, servicesOf, type Service } from '../services/service.ts';
import {
  DefinitionsDocument,
  format,
  formVersion,
  largestDocument,
  mostDefinitions,
  ToFillIn,
} from './document.ts';
import { lackingIn } from './open-places.ts';
import { placeholder } from './placeholders.ts';
import { refsOf } from './refs.ts';
import { sorted } from './sorted.ts';
import { renameMember, umbrellaNames } from './umbrella-names.ts';

/** Which services of the workspace; left out, all of them. */
export const ExportRequest = z
  .strictObject({ serviceIds: z.array(ServiceId).min(1).max(mostDefinitions).optional() })
  .default({});

/** The document, and the secrets that whoever imports it has to fill in. */
export const DefinitionsExport = z.object({ document: DefinitionsDocument, toFillIn: z.array(ToFillIn) });
type DefinitionsExport = z.infer<typeof DefinitionsExport>;

interface ExportInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly serviceIds?: readonly string[] | undefined;
}

/** The secrets that a service has in an environment, in the place of each its placeholder. */
const secretsIn = ({ definition, secrets }: Service, environment: string) => {
  const names = Object.keys(secrets[environment]?.since ?? {});
  const known = secretsOfType[definition.auth.type] ?? [];
  const own = names.filter((name) => name.startsWith('secrets.'));
  return {
    auth: Object.fromEntries(
      names.filter((name) => known.includes(name)).map((name) => [name, placeholder(name)]),
    ),
    ...(own.length > 0 && {
      secrets: Object.fromEntries(own.map((name) => [name.slice('secrets.'.length), placeholder(name)])),
    }),
  };
};

/** A definition with nothing in it of the deployment that it stands in. */
const portable = (service: Service, names: ReadonlyMap<string, string>) => {
  const { environments, ...document } = service.definition;
  const withSecrets = <T extends { readonly auth: object }>(one: T, environment: string) => {
    const secrets = secretsIn(service, environment);
    return { ...one, ...secrets, auth: { ...one.auth, ...secrets.auth } };
  };
  const others = Object.entries(environments).map(([name, one]): [string, unknown] => [
    name,
    withSecrets(one, name),
  ]);
  const whole = {
    ...withSecrets(document, production),
    environments: Object.fromEntries(others),
  };
  const named = renameMember(whole, 'umbrellaId', (id) => {
    const umbrella = names.get(String(id));
    return umbrella === undefined ? {} : { umbrella };
  });
  return z.record(z.string(), z.unknown()).parse(sorted(named));
};

const chosen = async (deps: Deps, { serviceIds, ...where }: ExportInput): Promise<readonly Service[]> => {
  const found: Service[] = [];
  if (serviceIds) {
    for (const serviceId of new Set(serviceIds)) found.push(await getService(deps, { ...where, serviceId }));
    return found;
  }
  for await (const service of every(
    deps.store,
    services,
    servicesOf(where.organizationId, where.workspaceId),
  )) {
    found.push(service);
    if (found.length > mostDefinitions) throw tooMuch(`more than ${String(mostDefinitions)} services`);
  }
  return found;
};

const tooMuch = (what: string) =>
  invalid('export_too_large', `One document does not hold ${what}. Export in several, by serviceIds.`, [
    { path: 'body.serviceIds', message: 'Name fewer services.' },
  ]);

const demandSize = (document: DefinitionsDocument): void => {
  const size = Buffer.byteLength(JSON.stringify(document));
  if (document.services.length === 0)
    throw invalid('nothing_to_export', 'The workspace manages no service.', [
      { path: 'body.serviceIds', message: 'Define a service first, or export from another workspace.' },
    ]);
  if (size > largestDocument) throw tooMuch(`${String(size)} bytes, but ${String(largestDocument)}`);
};

/**
 * The definitions of a workspace as a document for another deployment. The same services always make the same document, byte
 * for byte, wherever they stand. 404 `service_not_found`, 422 `export_too_large` or `nothing_to_export`.
 */
export const exportDefinitions = async (deps: Deps, input: ExportInput): Promise<DefinitionsExport> => {
  const [all, names] = await Promise.all([chosen(deps, input), umbrellaNames(deps, input.organizationId)]);
  const entries = refsOf(
    all.map((service) => ({
      name: service.definition.name,
      catalogueEntry: service.catalogueEntry,
      definition: portable(service, names),
    })),
  );
  const document: DefinitionsDocument = { format, version: formVersion, services: entries };
  demandSize(document);
  return { document, toFillIn: lackingIn(document) };
};
