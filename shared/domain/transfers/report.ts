import type { Service } from '../services/service.ts';
import type { BundledService } from './bundle.ts';
import type { Candidate, MissingService, UnmappedService } from './plan-view.ts';
import type { Target } from './target.ts';
import type { Uses } from './uses.ts';

/** A service that must be shared and is not, with both ways to share it. It does not tell whether and where it is elsewhere. */
export const missingService = (
  { workspaceId, organizationWorkspaceId }: Target,
  { ref, name, type }: BundledService,
  usedBy: Uses,
): MissingService => ({
  ref,
  name,
  type,
  usedBy,
  remedies: [
    {
      kind: 'organization_workspace',
      message: `Move ${name} to the organization workspace ${organizationWorkspaceId}, or define it there.`,
    },
    {
      kind: 'share_connector',
      message: `Share a custom connector that uses ${name} with the workspace ${workspaceId}.`,
    },
  ],
});

const mostCandidates = 50;

const candidate = ({ id, definition: { name, auth } }: Service, type: string): Candidate => ({
  id,
  name,
  type: auth.type,
  sameType: auth.type === type,
});

/** Those that authenticate in the same way first, among them one of the same name. */
const rank = ({ sameType, name }: Candidate, wanted: string): number =>
  (sameType ? 0 : 2) + (name.toLowerCase() === wanted.toLowerCase() ? 0 : 1);

/** A service for which the caller chooses another, and what there is to choose from (R23). */
export const unmappedService = (
  { ref, name, type }: BundledService,
  available: readonly Service[],
): UnmappedService => {
  const ranked = available
    .map((service) => candidate(service, type))
    .toSorted((a, b) => rank(a, name) - rank(b, name));
  return {
    ref,
    name,
    type,
    available: ranked.slice(0, mostCandidates),
    more: ranked.length > mostCandidates,
  };
};
