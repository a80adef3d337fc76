import { AppError, firstDetails } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { sideBySide } from '../side-by-side.ts';
import { pathOfEntry, type ToFillIn } from './document.ts';
import type { ImportedService, ImportReport, ImportRequest, Problem } from './import-request.ts';
import { beginImport, endImport, findOpenImport } from './open-import.ts';
import { planImport, type Step } from './plan.ts';
import { shownStep, writeStep } from './write-step.ts';

interface ImportInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly request: ImportRequest;
}

const missing = ({ path }: ToFillIn): Problem => ({
  code: 'values_missing',
  path: `body.document.${path}`,
  message: 'Give this secret under values by its path, or null to leave it out.',
});

const ofWhatIsThere: readonly string[] = ['service_exists', 'legacy_read_only'];

/** Rejects with what stands in the way: 409 when it is only what the workspace has, else 422. Nothing was written. */
const demandNone = (problems: readonly Problem[]): void => {
  const [first] = problems;
  if (!first) return;
  const same = problems.every(({ code }) => code === first.code);
  const code = same ? first.code : 'invalid_document';
  const details = problems.map(({ path, message }) => ({ path, message }));
  throw new AppError(
    ofWhatIsThere.includes(code) ? 409 : 422,
    code,
    'The document cannot be imported as it is; nothing was changed. See the details.',
    { details: firstDetails(details, 'body.document') },
  );
};

/** Rejects with what was not written. The import stays open. */
const demandAllWritten = (services: readonly ImportedService[]): void => {
  const details = services.flatMap(({ error }, index) =>
    error ? [{ path: `body.document.${pathOfEntry(index)}`, message: error.message }] : [],
  );
  if (details.length === 0) return;
  throw new AppError(
    409,
    'import_unfinished',
    'Somebody else got in the way of some services; the others are written. Send the same request again: it goes on with the rest.',
    { details: firstDetails(details, 'body.document'), besides: { services } },
  );
};

/**
 * Makes services of a document of definitions, all or, when anything stands in the way, none; dry, it tells what it would do.
 * Cut off, or refused in the midst of it, the same request again goes on with it, under the same ids. Rejects with 422
 * (`values_missing`, `invalid_document` and the codes of `createService`), or 409 `service_exists`, `legacy_read_only` or
 * `import_unfinished`.
 */
export const importDefinitions = async (
  deps: Deps,
  { request, ...where }: ImportInput,
): Promise<ImportReport> => {
  const open = await findOpenImport(deps, { ...where, request });
  const { steps, toFillIn, problems } = await planImport(deps, { request, open });
  if (request.dryRun)
    return {
      dryRun: true,
      services: steps.map(shownStep),
      toFillIn: [...toFillIn],
      problems: [...problems],
    };
  demandNone([...problems, ...toFillIn.map(missing)]);
  const begun = await beginImport(deps, open);
  const done = new Map<Step, ImportedService>();
  // One after the other, a hundred with their secrets would take longer than a caller is let wait.
  await sideBySide(steps, async (step) => {
    done.set(step, await writeStep(deps, begun, step));
  });
  const services = steps.flatMap((step) => done.get(step) ?? []);
  demandAllWritten(services);
  await endImport(deps, begun);
  return { dryRun: false, services, toFillIn: [], problems: [] };
};
