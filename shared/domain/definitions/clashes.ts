import type { Deps } from '../../ports.ts';
import { every } from '../paging.ts';
import { legacyOf } from '../services/legacy.ts';
import { services, servicesOf, type Service } from '../services/service.ts';
import type { ImportRequest, Problem } from './import-request.ts';
import type { OpenImport } from './open-import.ts';

const longestName = 200;

/** What is to be done with a definition, under which name, and with which service of the workspace. */
export interface Decision {
  readonly act: 'create' | 'replace' | 'skip';
  readonly name: string;
  readonly service: Service | undefined;
  readonly problems: readonly Problem[];
}

const bare = (name: string): string => name.trim().toLowerCase();

const freeName = (name: string, taken: ReadonlySet<string>): string => {
  for (let number = 2; ; number += 1) {
    const tail = ` (${String(number)})`;
    const next = `${name.slice(0, longestName - tail.length).toWellFormed()}${tail}`;
    if (!taken.has(bare(next))) return next;
  }
};

const exists = (path: string, { id }: Service): Problem => ({
  code: 'service_exists',
  path: `${path}.name`,
  message: `The service ${id} has this name already. Say clashes "skip" or "rename", or name it under replace.`,
});

const unknown = (ref: string): Problem => ({
  code: 'service_not_found',
  path: `body.replace.${ref}`,
  message: 'The workspace manages no such service.',
});

const readOnly = (ref: string): Problem => ({
  code: 'legacy_read_only',
  path: `body.replace.${ref}`,
  message: 'This is a legacy service, which is read-only. Move it to the organization workspace first.',
});

const replacing = (ref: string, service: Service | undefined): readonly Problem[] => {
  if (!service) return [unknown(ref)];
  return legacyOf(service) ? [readOnly(ref)] : [];
};

interface DecideInput {
  readonly ref: string;
  readonly name: string;
  /** Where the definition stands in the request. */
  readonly path: string;
}

/** Decides for one definition after the other; names that it gives away are taken for those that follow. */
export const decider = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, workspaceId, serviceIds }: OpenImport,
  { clashes, replace }: Pick<ImportRequest, 'clashes' | 'replace'>,
): Promise<(input: DecideInput) => Decision> => {
  const own = Object.values(serviceIds);
  const present: Service[] = [];
  for await (const service of every(store, services, servicesOf(organizationId, workspaceId)))
    if (!own.includes(service.id)) present.push(service);
  const taken = new Set(present.map(({ definition }) => bare(definition.name)));
  return ({ ref, name, path }) => {
    const wanted = Object.hasOwn(replace, ref) ? replace[ref] : undefined;
    if (wanted !== undefined) {
      const service = present.find(({ id }) => id === wanted);
      return { act: 'replace', name, service, problems: replacing(ref, service) };
    }
    // Two of one document may share a name, as they did where they come from.
    const same = present.find(({ definition }) => bare(definition.name) === bare(name));
    if (!same) return { act: 'create', name, service: undefined, problems: [] };
    if (clashes === 'skip') return { act: 'skip', name: same.definition.name, service: same, problems: [] };
    if (clashes === 'refuse')
      return { act: 'create', name, service: undefined, problems: [exists(path, same)] };
    const free = freeName(name, taken);
    taken.add(bare(free));
    return { act: 'create', name: free, service: undefined, problems: [] };
  };
};
