import { AppError, issueDetails } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { etag, expectVersion } from '../versions.ts';
import { ServiceInput } from './definition.ts';
import { demandEditable, getService } from './get.ts';
import { mergePatch } from './merge-patch.ts';
import type { Service } from './service.ts';
import { updateService } from './update.ts';

interface PatchServiceInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly serviceId: string;
  readonly patch: Readonly<Record<string, unknown>>;
  readonly ifMatch: string | undefined;
}

/** Changes parts of a definition by a JSON merge patch; the result is checked as a whole definition is. */
export const patchService = async (deps: Deps, { patch, ...where }: PatchServiceInput): Promise<Service> => {
  const service = await getService(deps, where);
  demandEditable(service);
  const { definition, version } = service;
  expectVersion(where.ifMatch, version);
  const merged = ServiceInput.safeParse(mergePatch(definition, patch));
  if (!merged.success) {
    const details = issueDetails(merged.error, 'body');
    throw new AppError(422, 'invalid_request', 'With this patch the definition is not as it should be.', {
      details,
    });
  }
  // It was this version that the patch was merged into: an edit in between is not to be undone.
  return updateService(deps, { ...where, input: merged.data, ifMatch: etag(version) });
};
