import { EgressRefused, HttpFailure, type Deps } from '../../../ports.ts';
import { discard } from '../../discard.ts';
import { settingsOf } from '../check-definition.ts';
import { triedUrl, type Place } from './place.ts';

/** In milliseconds, for each endpoint. */
const patience = 5_000;
/** How many endpoints one check asks. */
export const mostEndpoints = 10;

/** How asking an endpoint ended: any answer at all is `answered`. */
export type Reach = 'answered' | 'refused' | HttpFailure['reason'];
export type Reached = ReadonlyMap<string, Reach>;

/** By what an endpoint is asked and known here: what its query holds is for the real call alone. */
export const nameOf = ({ origin, pathname }: URL): string => `${origin}${pathname}`;

/** Plain HTTP is asked only where the deployment allows it. */
export const mayTry = ({ protocol }: URL, plainHttp: boolean): boolean => protocol === 'https:' || plainHttp;

const ask = async ({ http }: Pick<Deps, 'http'>, url: string): Promise<Reach> => {
  try {
    // The port's own time ends with the headers; the signal ends a body that never comes, too.
    const signal = AbortSignal.timeout(patience);
    const headers = [['accept', '*/*']] as const;
    await discard(await http.send({ method: 'HEAD', url, headers, timeoutMilliseconds: patience, signal }));
    return 'answered';
  } catch (error) {
    if (error instanceof EgressRefused) return 'refused';
    if (error instanceof HttpFailure) return error.reason;
    throw error;
  }
};

const urlsOf = ({ definition }: Place, plainHttp: boolean): readonly string[] =>
  settingsOf(definition)
    .filter(({ is }) => is === 'url')
    .map(({ text }) => triedUrl(definition, text, plainHttp))
    .flatMap((tried) => (tried.kind === 'url' && mayTry(tried.url, plainHttp) ? [nameOf(tried.url)] : []));

/** Asks the endpoints of a service, up to ten, all at once, whether they are there. Nothing of a credential leaves. */
export const reachEndpoints = async (
  deps: Pick<Deps, 'http' | 'settings'>,
  places: readonly Place[],
): Promise<Reached> => {
  const urls = new Set(places.flatMap((place) => urlsOf(place, deps.settings.plainHttp)));
  const asked = [...urls].slice(0, mostEndpoints);
  return new Map(await Promise.all(asked.map(async (url) => [url, await ask(deps, url)] as const)));
};
