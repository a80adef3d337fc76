import type { Pairs } from '../protocol.ts';
import { withParameters } from './form.ts';
import { UnusableBody, without, type PlacedRequest } from './placed-request.ts';

const form = 'application/x-www-form-urlencoded';
const advice =
  'Part of the credential of this service goes into the body: send a JSON object (application/json) or a form (application/x-www-form-urlencoded), uncompressed and in UTF-8.';

const refused = (why: string) => new UnusableBody(`${why} ${advice}`);

const headerOf = (headers: PlacedRequest['headers'], wanted: string): string =>
  headers
    .filter(([name]) => name.toLowerCase() === wanted)
    .map(([, value]) => value.trim().toLowerCase())
    .join(', ');

const kindOf = (contentType: string): 'form' | 'json' | undefined => {
  const [media = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?(?:utf-?8|us-ascii)"?$/.test(charset)) return undefined;
  if (media === form) return 'form';
  return /^application\/(?:[\w.-]+\+)?json$/.test(media) ? 'json' : undefined;
};

/** The names of the members at the top. Read from the bare object: a schema would lose a member called __proto__. */
const membersOf = (body: Uint8Array): ReadonlySet<string> => {
  const read = (): unknown => {
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    } catch {
      return undefined;
    }
  };
  const sent = read();
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent))
    throw refused('The body is no JSON object.');
  return new Set(Object.keys(sent));
};

/** Right behind the opening brace, so that every byte of the caller's stays as it is: large numbers would not survive parsing. */
const withMembers = (body: Uint8Array, members: Pairs): Uint8Array => {
  const sent = membersOf(body);
  const taken = members.find(([name]) => sent.has(name));
  if (taken)
    throw new UnusableBody(
      `Leave the member ${taken[0]} out of the body: the credential of this service stands there.`,
    );
  const texts = [...new Map(members)].map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  const at = body.indexOf(0x7b) + 1;
  const comma = sent.size === 0 ? '' : ',';
  return Buffer.concat([body.subarray(0, at), Buffer.from(`${texts.join(',')}${comma}`), body.subarray(at)]);
};

const withFields = (body: Uint8Array, fields: Pairs): Uint8Array =>
  Buffer.from(withParameters(Buffer.from(body).toString('latin1'), fields), 'latin1');

const takesBody = new Set(['POST', 'PUT', 'PATCH']);

/** A request that has no body yet gets a form, or an object when it announces JSON. */
const madeFor = ({ method, headers }: PlacedRequest): { body: Uint8Array; contentType: string } => {
  if (!takesBody.has(method.toUpperCase())) throw refused('This call has no body.');
  const contentType = headerOf(headers, 'content-type');
  return kindOf(contentType) === 'json'
    ? { body: Buffer.from('{}'), contentType }
    : { body: new Uint8Array(), contentType: form };
};

/**
 * Puts members into the caller's body: a form's parameters replace those of the same names, a JSON object must not have
 * them yet. The length is left for the sender to write. Throws `UnusableBody`.
 */
export const withBody = (request: PlacedRequest, members: Pairs): PlacedRequest => {
  if (members.length === 0) return request;
  if (!['', 'identity'].includes(headerOf(request.headers, 'content-encoding')))
    throw refused('The body is compressed.');
  const headers = without(request.headers, new Set(['content-length']));
  if (request.body === undefined || request.body.length === 0) {
    const { body, contentType } = madeFor(request);
    const added = contentType === form ? withFields(body, members) : withMembers(body, members);
    if (contentType !== form) return { ...request, headers, body: added };
    return {
      ...request,
      headers: [...without(headers, new Set(['content-type'])), ['content-type', form]],
      body: added,
    };
  }
  const kind = kindOf(headerOf(headers, 'content-type'));
  if (!kind) throw refused('The body is of another kind.');
  const body = kind === 'form' ? withFields(request.body, members) : withMembers(request.body, members);
  return { ...request, headers, body };
};
