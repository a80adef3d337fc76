import { AppError, firstDetails } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { sideBySide } from '../side-by-side.ts';
import { createService } from '../services/create.ts';
import { updateService } from '../services/update.ts';
import { etag } from '../versions.ts';
import type { ToFillIn } from './document.ts';
import type { ImportedService, ImportReport, ImportRequest, Problem } from './import-request.ts';
import { planImport, type Step } from './plan.ts';

interface ImportInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly request: ImportRequest;
}

type Where = Pick<ImportInput, 'organizationId' | 'workspaceId'>;

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

const shown = ({ ref, name, act, service }: Step): ImportedService => ({
  ref,
  name,
  act,
  serviceId: service?.id ?? null,
  error: null,
});

/** Writes one service. What others do at the same moment, such as an edit of it, is told and keeps none of the others back. */
const written = async (deps: Deps, where: Where, step: Step): Promise<ImportedService> => {
  const { input, service, catalogueEntry } = step;
  if (!input) return shown(step);
  try {
    const done = service
      ? await updateService(deps, {
          ...where,
          serviceId: service.id,
          input,
          // What was read is what was agreed to be replaced.
          ifMatch: etag(service.version),
        })
      : await createService(deps, { ...where, input, catalogueEntry });
    return { ...shown(step), serviceId: done.id };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...shown(step), error: { code: error.code, message: error.message } };
  }
};

/**
 * Makes services of a document of definitions, all or, when anything stands in the way, none; dry, it tells what it would do.
 * Rejects with 422 (`values_missing`, `invalid_document` and the codes of `createService`), or 409 `service_exists` or
 * `legacy_read_only`.
 */
export const importDefinitions = async (
  deps: Deps,
  { request, ...where }: ImportInput,
): Promise<ImportReport> => {
  const { steps, toFillIn, problems } = await planImport(deps, { ...where, request });
  if (request.dryRun)
    return { dryRun: true, services: steps.map(shown), toFillIn: [...toFillIn], problems: [...problems] };
  demandNone([...problems, ...toFillIn.map(missing)]);
  const done = new Map<Step, ImportedService>();
  // One after the other, a hundred with their secrets would take longer than a caller is let wait.
  await sideBySide(steps, async (step) => {
    done.set(step, await written(deps, where, step));
  });
  const services = steps.flatMap((step) => done.get(step) ?? []);
  return { dryRun: false, services, toFillIn: [], problems: [] };
};
