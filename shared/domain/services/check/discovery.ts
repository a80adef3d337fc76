import { AppError } from '../../../errors.ts';
import type { Deps } from '../../../ports.ts';
import { Metadata } from '../../../protocols/describe/discovery.ts';
import { fetchMetadata, issuerProblem } from '../discover.ts';
import type { CheckFinding } from './finding.ts';
import type { Place } from './place.ts';

type Ports = Pick<Deps, 'http' | 'settings'>;

/** What an issuer tells of itself, or why that cannot be read. */
export type Discovered =
  | { readonly kind: 'metadata'; readonly metadata: Metadata }
  | { readonly kind: 'none'; readonly message: string };

export type DiscoveredByIssuer = ReadonlyMap<string, Discovered>;

const mostIssuers = 5;

/** The issuer of a definition; undefined where it names none. */
export const issuerOf = ({ definition: { auth } }: Place): string | undefined =>
  auth.type === 'oauth2' && auth.grant === 'authorization_code' ? auth.issuer : undefined;

const parsed = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
};

const discover = async (deps: Ports, issuer: string): Promise<Discovered> => {
  const problem = issuerProblem(issuer, deps.settings.plainHttp);
  if (problem !== undefined) return { kind: 'none', message: problem };
  try {
    const { data } = Metadata.safeParse(parsed(await fetchMetadata(deps, issuer)));
    return data
      ? { kind: 'metadata', metadata: data }
      : {
          kind: 'none',
          message: 'What stands there is no metadata of an authorization server (RFC 8414 §2).',
        };
  } catch (error) {
    if (error instanceof AppError) return { kind: 'none', message: error.message };
    throw error;
  }
};

/** Reads what the issuers of a service tell, up to five of them, all at once. */
export const discoverIssuers = async (deps: Ports, places: readonly Place[]): Promise<DiscoveredByIssuer> => {
  const issuers = new Set(places.map(issuerOf).filter((issuer) => issuer !== undefined));
  const asked = [...issuers].slice(0, mostIssuers);
  return new Map(
    await Promise.all(asked.map(async (issuer) => [issuer, await discover(deps, issuer)] as const)),
  );
};

/** The finding for an issuer whose metadata could not be compared; undefined discovery means that there were too many. */
export const undiscovered = (discovered: Discovered | undefined): CheckFinding => ({
  level: 'info',
  code: 'discovery_not_compared',
  path: 'auth.issuer',
  message: `The definition was not compared with the metadata of its issuer. ${
    discovered?.kind === 'none' ? discovered.message : `${String(mostIssuers)} issuers were asked already.`
  }`,
  remedy:
    'If the provider publishes metadata, write the issuer as it stands there; else compare with its documentation.',
});
