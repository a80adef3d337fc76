import type { Pairs } from '../../protocols/protocol.ts';
import type { Outgoing } from './send.ts';

const statuses = new Set([301, 302, 303, 307, 308]);

/** Whether an answer redirects to a place that it names (RFC 9110 §15.4); 300, 304 and 305 leave it to somebody else. */
export const isRedirect = (status: number): boolean => statuses.has(status);

/** Of the body that does not go along (RFC 9110 §15.4, step 5). */
const aboutBody = /^(?:content-.*|digest|repr-digest|last-modified)$/;

/** Whether the next request is a GET: always after 303, and after 301 and 302 where it was a POST, as user agents do it. */
const becomesGet = (status: number, method: string): boolean =>
  method !== 'HEAD' && method !== 'GET' && (status === 303 || (status < 303 && method === 'POST'));

/** The request as it goes to where a redirect leads. */
export const redirected = (outgoing: Outgoing, status: number): Outgoing => {
  const keeps = outgoing.options?.redirects?.keepMethod === true;
  if (keeps || !becomesGet(status, outgoing.method.toUpperCase())) return outgoing;
  const headers = outgoing.headers.filter(([name]) => !aboutBody.test(name.toLowerCase()));
  return { ...outgoing, method: 'GET', headers, body: undefined };
};

/** What a message says of its own form and of what is wanted. Any other header may be a credential, whatever its name is. */
const harmless =
  /^(?:accept|accept-(?:charset|encoding|language|ranges)|cache-control|content-.*|digest|if-.*|pragma|range|repr-digest|user-agent)$/;

/** The caller's headers as another site may see them. */
export const strangersHeaders = (headers: Pairs): Pairs =>
  headers.filter(([name]) => harmless.test(name.toLowerCase()));
