import * as z from 'zod';
import { issueDetails } from '../../errors.ts';
import { UmbrellaId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { rejections } from '../services/check/candidate.ts';
import { ServiceInput } from '../services/definition.ts';
import { splitSecrets } from '../services/secrets.ts';
import type { Service } from '../services/service.ts';
import type { Decision } from './clashes.ts';
import { pathOfEntry, type DocumentEntry, type ToFillIn } from './document.ts';
import type { ImportRequest, Problem } from './import-request.ts';
import { fillPlaceholders } from './placeholders.ts';
import { renameMember } from './umbrella-names.ts';

/** A definition read with all that was given for it; without an input when it cannot be read. */
interface ReadEntry {
  readonly input: ServiceInput | undefined;
  readonly toFillIn: readonly ToFillIn[];
  readonly problems: readonly Problem[];
}

/** What definitions are read with: the request, and the umbrellas of the organization, name by id. */
export interface Reading {
  readonly organizationId: string;
  readonly request: Pick<ImportRequest, 'values' | 'umbrellas'>;
  readonly umbrellas: ReadonlyMap<string, string>;
}

interface ReadInput {
  readonly entry: DocumentEntry;
  readonly index: number;
  readonly decision: Decision;
}

/** Looks at the rest as if a secret that is missing were there: that it is missing is told once. */
const asIfThere = '?';

const hasAlready = (service: Service | undefined, { environment, name }: Omit<ToFillIn, 'ref'>): boolean =>
  service?.secrets[environment]?.since[name] !== undefined;

const filled = ({ entry, index, decision }: ReadInput, { values }: Reading['request']) => {
  const toFillIn: ToFillIn[] = [];
  const definition = fillPlaceholders(entry.definition, pathOfEntry(index), (place) => {
    const given = Object.hasOwn(values, place.path) ? values[place.path] : undefined;
    // A service that is replaced keeps the secrets that nobody gives anew (R53).
    if (given === null || (given === undefined && hasAlready(decision.service, place))) return undefined;
    if (given === undefined) toFillIn.push({ ref: entry.ref, ...place });
    return given?.reveal() ?? asIfThere;
  });
  return { definition, toFillIn };
};

const nameless = (path: string, name: string, found: number): Problem => ({
  code: 'umbrella_not_found',
  path,
  message:
    found === 0
      ? `This organization has no umbrella of the name "${name.slice(0, 100)}". Give the id of one under umbrellas, or null to leave it out.`
      : `Several umbrellas have the name "${name.slice(0, 100)}". Give the id of the one that is meant under umbrellas.`,
});

/** Puts the id of this organization's umbrella in the place of its name. */
const underUmbrellas = (
  definition: Readonly<Record<string, unknown>>,
  path: string,
  { request, umbrellas }: Reading,
) => {
  const problems: Problem[] = [];
  const placed = renameMember(definition, 'umbrella', (value) => {
    const name = z.string().max(200).safeParse(value).data;
    // The schema refuses it where it stands.
    if (name === undefined) return { umbrella: value };
    const given = Object.hasOwn(request.umbrellas, name) ? request.umbrellas[name] : undefined;
    if (given === null) return {};
    if (given !== undefined) return { umbrellaId: given };
    const same = [...umbrellas].filter(([, of]) => of === name).map(([id]) => id);
    const [umbrellaId] = same;
    if (same.length === 1 && UmbrellaId.safeParse(umbrellaId).success) return { umbrellaId };
    problems.push(nameless(`${path}.umbrella`, name, same.length));
    return {};
  });
  return { placed, problems };
};

/** Reads one definition of a document: fills it, and says all that keeps it from being stored. */
export const readEntry = async (
  deps: Pick<Deps, 'store' | 'settings'>,
  input: ReadInput,
  reading: Reading,
): Promise<ReadEntry> => {
  const path = `body.document.${pathOfEntry(input.index)}`;
  const { act, name, service } = input.decision;
  const { definition, toFillIn } = filled(input, reading.request);
  const { placed, problems } = underUmbrellas(definition, path, reading);
  const parsed = ServiceInput.safeParse(placed);
  if (!parsed.success) {
    const details = issueDetails(parsed.error, path);
    return {
      input: undefined,
      toFillIn,
      problems: details.map((detail) => ({ code: 'invalid_request', ...detail })),
    };
  }
  if (act === 'skip') return { input: undefined, toFillIn: [], problems: [] };
  const read = { ...parsed.data, name };
  const { organizationId } = reading;
  const found = await rejections(deps, { organizationId, split: splitSecrets(read), service });
  return {
    input: read,
    toFillIn,
    problems: [
      ...problems,
      ...found.map(({ code, path: place, message }) => ({
        code,
        path: place.replace(/^body/, path),
        message,
      })),
    ],
  };
};
