import { catalogueEntry } from '../../catalogue/entries.ts';
import type { Deps } from '../../ports.ts';
import { Name } from '../inputs.ts';
import type { ServiceInput } from '../services/definition.ts';
import { decider, type Decision } from './clashes.ts';
import { pathOfEntry, type ToFillIn } from './document.ts';
import type { ImportRequest, Problem } from './import-request.ts';
import type { OpenImport } from './open-import.ts';
import { lackingIn, umbrellasIn } from './open-places.ts';
import { readEntry } from './read-entry.ts';
import { umbrellaNames } from './umbrella-names.ts';

/** What is to be done with one definition. */
export interface Step extends Pick<Decision, 'act' | 'name' | 'service'> {
  readonly ref: string;
  /** The entry of this deployment's catalogue, where it has the one that the document names. */
  readonly catalogueEntry: string | undefined;
  /** Absent where nothing is written. */
  readonly input: ServiceInput | undefined;
}

interface Plan {
  readonly steps: readonly Step[];
  readonly toFillIn: readonly ToFillIn[];
  readonly problems: readonly Problem[];
}

interface PlanInput {
  readonly request: ImportRequest;
  /** Its services, made before it was cut off, are in nobody's way. */
  readonly open: OpenImport;
}

const unused = (path: string, message: string): Problem => ({ code: 'invalid_request', path, message });

const longestName = 100;

/** What was given and belongs to nothing: a mistake that would else go unseen. */
const strays = ({ document, values, replace, umbrellas }: ImportRequest): Problem[] => {
  const places = new Set(lackingIn(document).map(({ path }) => path));
  const named = umbrellasIn(document);
  const refs = new Set(document.services.map(({ ref }) => ref));
  const targets = Object.entries(replace);
  const cut = (name: string) => name.slice(0, longestName).toWellFormed();
  return [
    ...Object.keys(values)
      .filter((path) => !places.has(path))
      .map((path) => unused(`body.values.${cut(path)}`, 'No secret of the document is left open there.')),
    ...Object.keys(umbrellas)
      .filter((name) => !named.has(name))
      .map((name) =>
        unused(`body.umbrellas.${cut(name)}`, 'No service of the document names this umbrella.'),
      ),
    ...targets
      .filter(([ref]) => !refs.has(ref))
      .map(([ref]) => unused(`body.replace.${ref}`, 'No service of the document has this ref.')),
    ...targets
      .filter(([, id], index) => targets.findIndex(([, other]) => other === id) !== index)
      .map(([ref]) => unused(`body.replace.${ref}`, 'Another service of the document replaces this one.')),
  ];
};

/** Reads a whole document and says what is to be done, and all that stands in the way. Writes nothing. */
export const planImport = async (deps: Deps, { request, open }: PlanInput): Promise<Plan> => {
  const { organizationId } = open;
  const decide = await decider(deps, open, request);
  const umbrellas = await umbrellaNames(deps, organizationId);
  const reading = { organizationId, request, umbrellas };
  const read: { step: Step; toFillIn: readonly ToFillIn[]; problems: readonly Problem[] }[] = [];
  for (const [index, entry] of request.document.services.entries()) {
    const path = `body.document.${pathOfEntry(index)}`;
    const name = Name.safeParse(entry.definition['name']).data ?? '';
    const decision = decide({ ref: entry.ref, name, path });
    const { input, toFillIn, problems } = await readEntry(deps, { entry, index, decision }, reading);
    const { act, service } = decision;
    const known = entry.catalogueEntry !== undefined && catalogueEntry(entry.catalogueEntry);
    read.push({
      step: {
        ref: entry.ref,
        act,
        name: decision.name,
        service,
        catalogueEntry: known ? known.name : undefined,
        input,
      },
      toFillIn,
      problems: [...decision.problems, ...problems],
    });
  }
  return {
    steps: read.map(({ step }) => step),
    toFillIn: read.flatMap(({ toFillIn }) => toFillIn),
    problems: [...strays(request), ...read.flatMap(({ problems }) => problems)],
  };
};
