import type { Deps } from '../../ports.ts';
import type { CallOptions } from '../proxy/options.ts';
import type { Outgoing } from '../proxy/send.ts';
import type { HttpRequest } from './document.ts';
import { encodeBody } from './encode-body.ts';
import { names, queryText } from './pairs.ts';

const joined = (...queries: readonly string[]): string => queries.filter((query) => query !== '').join('&');

const split = (text: string): readonly [before: string, query: string] => {
  const at = text.indexOf('?');
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

/** What is called, with the queries of the document behind those that path or URL bring. */
const called = ({ path, url, queries }: HttpRequest): Pick<Outgoing, 'path' | 'query' | 'url'> => {
  const more = queryText(queries);
  if (url !== undefined) {
    const [before, query] = split(url);
    const all = joined(query, more);
    return { path: '', query: '', url: all === '' ? before : `${before}?${all}` };
  }
  const [before, query] = split(path ?? '');
  return {
    path: before === '' || before.startsWith('/') ? before : `/${before}`,
    query: joined(query, more),
  };
};

const optionsOf = ({ timeoutSeconds, retries, followRedirects, answer }: HttpRequest): CallOptions => ({
  ...(timeoutSeconds !== undefined && { timeoutMilliseconds: Math.round(timeoutSeconds * 1000) }),
  ...(retries !== undefined && { retries }),
  ...(followRedirects && { redirects: followRedirects }),
  ...(answer === 'parsed' && { decode: true }),
});

/** The call that a document describes. */
export const outgoingOf = (deps: Pick<Deps, 'random'>, request: HttpRequest): Outgoing => {
  const { type, bytes } = encodeBody(deps, request.body);
  const typed = type !== undefined && !names(request.headers, 'content-type');
  return {
    ...called(request),
    method: request.method,
    headers: [...request.headers, ...(typed ? [['Content-Type', type] as const] : [])],
    body: bytes,
    options: optionsOf(request),
  };
};
