import { AppError, issueDetails, issuesOf } from '../../../errors.ts';
import type { Deps } from '../../../ports.ts';
import { checkLimits, UnreadableDocument } from '../../../protocols/describe/limits.ts';
import { demandAllowedType } from '../../organization/policy.ts';
import { checkDefinition } from '../check-definition.ts';
import { secretNames } from '../create.ts';
import { ServiceInput, type ServiceDefinition } from '../definition.ts';
import { demandRoom, splitSecrets, type SplitService } from '../secrets.ts';
import type { Service } from '../service.ts';
import { begins } from '../update.ts';
import type { CheckFinding } from './finding.ts';
import { resolved } from './place.ts';
import { issueRemedy, rejectionRemedy } from './remedies.ts';

/** A candidate that was read, or why it cannot be. */
type Read = { readonly split: SplitService } | { readonly findings: readonly CheckFinding[] };

/** Why a document is too much to be looked at: without this its depth could exhaust the stack further on. */
const tooMuch = (candidate: unknown): string | undefined => {
  try {
    checkLimits(candidate);
    return undefined;
  } catch (error) {
    if (error instanceof UnreadableDocument) return error.message;
    throw error;
  }
};

/** Reads what may be a definition. */
export const readCandidate = (candidate: unknown): Read => {
  const message = tooMuch(candidate);
  if (message !== undefined) {
    const remedy = 'Send a definition as the documentation shows it: it needs no more than a few levels.';
    return { findings: [{ level: 'error', code: 'invalid_request', path: 'body', message, remedy }] };
  }
  const parsed = ServiceInput.safeParse(candidate);
  if (parsed.success) return { split: splitSecrets(parsed.data) };
  const issues = issuesOf(parsed.error);
  return {
    findings: issueDetails(parsed.error, 'body').map(({ path, message }, index) => {
      const issue = issues[index];
      const remedy = issue ? issueRemedy(issue) : 'Change the value as the message says.';
      return { level: 'error', code: 'invalid_request', path, message, remedy };
    }),
  };
};

const asFindings = (error: unknown): readonly CheckFinding[] => {
  if (!(error instanceof AppError)) throw error;
  return error.details.map((detail) => ({
    level: 'error',
    code: error.code,
    ...detail,
    remedy: rejectionRemedy(detail),
  }));
};

const told = async (check: () => Promise<void> | void): Promise<readonly CheckFinding[]> => {
  try {
    await check();
    return [];
  } catch (error) {
    return asFindings(error);
  }
};

const forbidden = async (
  deps: Pick<Deps, 'store'>,
  organizationId: string,
  { auth }: ServiceDefinition,
): Promise<readonly CheckFinding[]> => {
  try {
    await demandAllowedType(deps, organizationId, auth);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const remedy = 'Use another type, or ask an owner to allow this one (PATCH /v1/organization).';
    return [{ level: 'error', code: error.code, path: 'body.auth.type', message: error.message, remedy }];
  }
};

interface RejectInput {
  readonly organizationId: string;
  readonly split: SplitService;
  /** The service that the candidate would replace. */
  readonly service: Service | undefined;
}

/** Everything for which a definition of the right form would not be stored, as `createService` and `updateService` say it. */
export const rejections = async (
  deps: Pick<Deps, 'store' | 'settings'>,
  { organizationId, split, service }: RejectInput,
): Promise<readonly CheckFinding[]> => {
  const { definition } = split;
  const { places, problems } = resolved(definition);
  const sound = Object.entries(definition.environments).filter(([name]) =>
    places.some(({ environment }) => environment === name),
  );
  const secrets = secretNames({ before: service?.secrets ?? {}, split });
  // Without the environments that make no definition: of the others all is told nonetheless.
  const readable = { ...definition, environments: Object.fromEntries(sound) };
  const anew = !service || begins(service.definition, definition);
  return [
    ...problems.flatMap(asFindings),
    ...(await told(() => checkDefinition(deps, { organizationId, definition: readable, secrets }))),
    ...(await told(() => demandRoom(split))),
    ...(anew ? await forbidden(deps, organizationId, definition) : []),
  ];
};
