import { fill } from '../../template.ts';
import { fitsHeader, UnusableHeader } from '../header-value.ts';
import type { Ground, Pairs, ProviderRequest, Values } from '../protocol.ts';
import { fillUrl } from '../url-template.ts';
import { clientProof } from './client-authentication.ts';
import { clientOf } from './client.ts';
import type { OAuth2Definition } from './definition.ts';
import { asForm, providerNames, putParameters, withOwn, type StandardPairs } from './parameter-names.ts';

type Format = Pick<OAuth2Definition, 'tokenRequestMethod' | 'tokenRequestFormat'>;

interface TokenRequestInput {
  readonly ground: Ground;
  /** The template of the URL. */
  readonly url: string;
  readonly parameters: StandardPairs;
  /** Templates of the definition's own parameters. */
  readonly own: Values;
  readonly format: Format;
}

const ownHeaders = ({ tokenHeaders }: OAuth2Definition, values: Values): Pairs =>
  Object.entries(tokenHeaders).map(([name, template]) => {
    const value = fill(template, values);
    if (!fitsHeader(value)) throw new UnusableHeader(`The header ${name} holds what a header cannot carry.`);
    return [name.toLowerCase(), value];
  });

/** Later headers replace earlier ones. */
const merged = (...headers: readonly Pairs[]): Pairs => [...new Map(headers.flat())];

/** A parameter that came more than once is a list. */
const asJson = (pairs: Pairs): string => {
  const named = Map.groupBy(pairs, ([name]) => name);
  return JSON.stringify(
    Object.fromEntries(
      [...named].map(([name, all]) => {
        const values = all.map(([, value]) => value);
        return [name, values.length === 1 ? values[0] : values];
      }),
    ),
  );
};

/** Puts the parameters where the provider wants them. */
const placed = (url: URL, pairs: Pairs, { tokenRequestMethod, tokenRequestFormat }: Format) => {
  if (tokenRequestMethod === 'GET' || tokenRequestFormat === 'query')
    return { url: putParameters(url, pairs).href, type: [], body: undefined };
  const json = tokenRequestFormat === 'json';
  const type: Pairs = [['content-type', json ? 'application/json' : 'application/x-www-form-urlencoded']];
  return { url: url.href, type, body: json ? asJson(pairs) : asForm(pairs) };
};

/**
 * A request that the client makes in its own name, to a token or revocation endpoint: authenticated, under the provider's
 * names, the query string of the URL kept. Throws `UnusableUrl`, `UnusableSecret`, `UnusableHeader` or `UnfilledPlaceholder`.
 */
export const clientRequest = async (
  definition: OAuth2Definition,
  { ground, url, parameters, own, format }: TokenRequestInput,
): Promise<ProviderRequest> => {
  const client = clientOf(definition, ground);
  const proof = await clientProof(definition, { ground, client });
  const protocol = providerNames(definition, [...parameters, ...proof.parameters]);
  const { type, ...request } = placed(
    fillUrl(url, client.values, ground.urls),
    withOwn(own, client.values, protocol),
    format,
  );
  const headers = merged(
    [['accept', 'application/json']],
    type,
    ownHeaders(definition, client.values),
    proof.headers,
  );
  return { method: format.tokenRequestMethod, headers, ...request };
};
