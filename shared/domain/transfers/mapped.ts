import { firstDetails, invalid, type ErrorDetail } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Service } from '../services/service.ts';
import type { Bundle } from './bundle.ts';
import { usableService } from './find-service.ts';
import type { Target } from './target.ts';
import { isExcepted, usesOf } from './uses.ts';

/** Which service of the target stands for which of the bundle, as the caller chose. */
export type Mapping = Readonly<Record<string, string>>;

/** Why a service of the bundle cannot be mapped; undefined when it can. */
const problem = (bundle: Bundle, ref: string): string | undefined => {
  if (!bundle.services.some((service) => service.ref === ref))
    return 'Expected the ref of a service of the bundle: there is none of this ref.';
  if (isExcepted(usesOf(bundle, ref))) return undefined;
  return 'Expected no mapping: a connector uses this service, so that it must be shared with the workspace.';
};

/**
 * The services that a caller chose, by ref (R23). Rejects with 422 `invalid_mapping` what may not be chosen: for a service that a
 * connector uses, or one that is not available here.
 */
export const mappedServices = async (
  deps: Deps,
  target: Target,
  { bundle, mapping }: { readonly bundle: Bundle; readonly mapping: Mapping },
): Promise<ReadonlyMap<string, Service>> => {
  const found = new Map<string, Service>();
  const wrong: ErrorDetail[] = [];
  for (const [ref, id] of Object.entries(mapping)) {
    const path = `body.mapping.${ref}`;
    const message = problem(bundle, ref);
    const service = message === undefined ? await usableService(deps, target, id) : undefined;
    if (service) found.set(ref, service);
    else
      wrong.push({
        path,
        message: message ?? 'Expected the id of a service that is available in this workspace.',
      });
  }
  if (wrong.length > 0)
    throw invalid('invalid_mapping', 'The mapping cannot be as it is.', firstDetails(wrong, 'body.mapping'));
  return found;
};
