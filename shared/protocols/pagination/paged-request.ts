import { valueAt } from '../answer-path.ts';
import { withParameters } from '../apply/form.ts';
import type { Pairs } from '../protocol.ts';
import { UnusableRequest } from '../unusable.ts';
import type { PageParameter } from './definition.ts';
import { exactText, parseExact, scalarText } from '../exact-json.ts';

/** A caller's request for a page, as far as it says which. */
export interface PagedRequest {
  readonly query: string;
  /** A whole URL, which then has the query. */
  readonly url?: string | undefined;
  readonly headers: Pairs;
  readonly body: Uint8Array | undefined;
}

const formType = 'application/x-www-form-urlencoded';

const headerOf = ({ headers }: PagedRequest, wanted: string): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1];

const isForm = (request: PagedRequest): boolean =>
  (headerOf(request, 'content-type') ?? '').trim().toLowerCase().startsWith(formType);

const queryOf = ({ query, url }: PagedRequest): string =>
  url === undefined ? query : (URL.parse(url)?.search.slice(1) ?? '');

const unusable = () =>
  new UnusableRequest(
    'The page that is wanted goes into the body of this service: send a JSON object or a form, uncompressed.',
  );

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);

const objectIn = (request: PagedRequest): Members => {
  const { body } = request;
  if (!['', 'identity'].includes((headerOf(request, 'content-encoding') ?? '').trim().toLowerCase()))
    throw unusable();
  if (body === undefined || body.length === 0) return {};
  const read = (): unknown => {
    try {
      return parseExact(new TextDecoder('utf-8', { fatal: true }).decode(body));
    } catch {
      throw unusable();
    }
  };
  const value = read();
  if (!isObject(value)) throw unusable();
  return value;
};

/** An object with a member set at a path; objects on the way are made where there are none. */
const withMember = (holder: unknown, names: readonly string[], value: unknown): unknown => {
  const [name, ...rest] = names;
  if (name === undefined) return value;
  const members = isObject(holder) ? holder : {};
  const inner = Object.hasOwn(members, name) ? members[name] : undefined;
  return { ...members, [name]: withMember(inner, rest, value) };
};

/** What a request says for a parameter; undefined when it says nothing. */
export const parameterIn = (
  request: PagedRequest,
  { in: place, name }: PageParameter,
): string | undefined => {
  if (place === 'header') return headerOf(request, name);
  if (place === 'query') return new URLSearchParams(queryOf(request)).get(name) ?? undefined;
  if (isForm(request))
    return new URLSearchParams(Buffer.from(request.body ?? []).toString()).get(name) ?? undefined;
  return scalarText(valueAt(objectIn(request), name));
};

const inText = (value: unknown): string => {
  const text = scalarText(value);
  if (text === undefined)
    throw new UnusableRequest('The cursor of the service is no text, and can stand in a JSON body alone.');
  return text;
};

const inQuery = (request: PagedRequest, name: string, text: string): Partial<PagedRequest> => {
  const query = withParameters(queryOf(request), [[name, text]]);
  if (request.url === undefined) return { query };
  const url = new URL(request.url);
  url.search = query;
  return { url: url.href };
};

const inHeader = ({ headers }: PagedRequest, wanted: string, text: string): Partial<PagedRequest> => {
  if (!/^[\t\x20-\x7e]*$/.test(text))
    throw new UnusableRequest('The cursor of the service holds what no header can carry.');
  const others = headers.filter(([name]) => name.toLowerCase() !== wanted.toLowerCase());
  return { headers: [...others, [wanted, text]] };
};

const inBody = (request: PagedRequest, name: string, value: unknown): Partial<PagedRequest> => {
  if (isForm(request)) {
    const text = Buffer.from(request.body ?? []).toString('latin1');
    return { body: Buffer.from(withParameters(text, [[name, inText(value)]]), 'latin1') };
  }
  const body = Buffer.from(exactText(withMember(objectIn(request), name.split('.'), value)));
  if (headerOf(request, 'content-type') !== undefined) return { body };
  return { body, headers: [...request.headers, ['content-type', 'application/json']] };
};

/**
 * A request with a parameter set; it replaces what stood there, and all else stays as the caller sent it, but for the spaces
 * in a JSON body. Throws `UnusableRequest` when the parameter cannot stand where it belongs.
 */
export const withParameter = <T extends PagedRequest>(
  request: T,
  { in: place, name }: PageParameter,
  value: unknown,
): T => {
  if (place === 'query') return { ...request, ...inQuery(request, name, inText(value)) };
  if (place === 'header') return { ...request, ...inHeader(request, name, inText(value)) };
  return { ...request, ...inBody(request, name, value) };
};
