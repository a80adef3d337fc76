import { checkService } from '#shared/domain/services/check/check-service.ts';
import type { CheckAnswer, CheckFinding } from '#shared/domain/services/check/finding.ts';
import type { World } from '../../../../support/deps.ts';

type Document = Readonly<Record<string, unknown>>;

/** Checks a candidate as the members of the organization's own workspace do. */
export const check = (
  { deps, organizationId, workspaceId }: World,
  candidate: Document,
  serviceId?: string,
): Promise<CheckAnswer> => checkService(deps, { organizationId, workspaceId, serviceId, candidate });

/** The findings of a code. */
export const coded = ({ findings }: CheckAnswer, code: string): CheckFinding[] =>
  findings.filter((finding) => finding.code === code);

/** The paths of the findings of a code. */
export const pathsOf = (answer: CheckAnswer, code: string): string[] =>
  coded(answer, code).map(({ path }) => path);
