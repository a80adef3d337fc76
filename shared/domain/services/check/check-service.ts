import type { Deps } from '../../../ports.ts';
import { getService } from '../get.ts';
import type { SplitService } from '../secrets.ts';
import type { Service } from '../service.ts';
import { readCandidate, rejections } from './candidate.ts';
import { disagreements } from './disagreements.ts';
import { discoverIssuers, issuerOf, undiscovered, type DiscoveredByIssuer } from './discovery.ts';
import { effectOf } from './effect.ts';
import { ranked, type CheckAnswer, type CheckFinding } from './finding.ts';
import { offlineFindings } from './offline-access.ts';
import { foundOnce, resolved, type Place } from './place.ts';
import { reachEndpoints, type Reached } from './reach.ts';
import { reachFindings } from './reach-findings.ts';
import { templateFindings } from './templates.ts';
import { unusedFindings } from './unused-fields.ts';

interface CheckInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  /** The service that the candidate would replace; absent for a new one. */
  readonly serviceId?: string | undefined;
  /** A whole definition. Empty, with a service: the service as it stands. */
  readonly candidate: Readonly<Record<string, unknown>>;
}

interface Subject {
  readonly organizationId: string;
  readonly split: SplitService;
  readonly service: Service | undefined;
}

interface Seen {
  readonly reached: Reached;
  readonly discovered: DiscoveredByIssuer;
  readonly plainHttp: boolean;
}

const consentFindings = (place: Place, { discovered, plainHttp }: Seen): readonly CheckFinding[] => {
  const { definition } = place;
  const { auth } = definition;
  if (auth.type !== 'oauth2' || auth.grant !== 'authorization_code') return [];
  const issuer = issuerOf(place);
  const found = issuer === undefined ? undefined : discovered.get(issuer);
  const metadata = found?.kind === 'metadata' ? found.metadata : undefined;
  return [
    ...(issuer !== undefined && !metadata ? [undiscovered(found)] : []),
    ...(metadata ? disagreements({ definition, auth, metadata, plainHttp }) : []),
    ...offlineFindings(auth, metadata),
  ];
};

const inspect = async (deps: Deps, subject: Subject): Promise<CheckAnswer> => {
  const { definition } = subject.split;
  const { places, problems } = resolved(definition);
  const { plainHttp } = deps.settings;
  const [rejected, reached, discovered, idle] = await Promise.all([
    rejections(deps, subject),
    reachEndpoints(deps, places),
    discoverIssuers(deps, places),
    unusedFindings(deps, subject, places),
  ]);
  const seen = { reached, discovered, plainHttp };
  const found = foundOnce(places, (place) => [
    ...templateFindings(place.definition, plainHttp),
    ...reachFindings(place.definition, reached, plainHttp),
    ...consentFindings(place, seen),
  ]);
  const findings = ranked([...rejected, ...found, ...idle]);
  const { service } = subject;
  const effect = service && problems.length === 0 ? await effectOf(deps, service, places) : null;
  return { ok: findings.every(({ level }) => level !== 'error'), findings, effect };
};

const splitOf = (service: Service | undefined, candidate: CheckInput['candidate']) =>
  service && Object.keys(candidate).length === 0
    ? { split: { definition: service.definition, secrets: {} } }
    : readCandidate(candidate);

/**
 * Tries a definition dry: what would keep it from being stored, what would not work or had better be otherwise, and what
 * storing it would do to the auths that are there (R13, R53). Stores nothing; asks the endpoints without a credential.
 * A bad candidate is an answer. Rejects with 404 `service_not_found`.
 */
export const checkService = async (
  deps: Deps,
  { organizationId, workspaceId, serviceId, candidate }: CheckInput,
): Promise<CheckAnswer> => {
  const service =
    serviceId === undefined ? undefined : await getService(deps, { organizationId, workspaceId, serviceId });
  const read = splitOf(service, candidate);
  if ('findings' in read) return { ok: false, findings: ranked(read.findings), effect: null };
  return inspect(deps, { organizationId, split: read.split, service });
};
