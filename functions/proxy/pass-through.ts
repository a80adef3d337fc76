import type { ProxyAnswer } from '#shared/domain/proxy/call.ts';
import type { Reply } from '#shared/entry/http.ts';

/** RFC 9110 §8.6: an answer that says by its status that it has no body must not state a length. */
const truthful = ({ status, headers }: Pick<ProxyAnswer, 'status' | 'headers'>): ProxyAnswer['headers'] =>
  status === 204 ? headers.filter(([name]) => name !== 'content-length') : headers;

/** A service's answer as it goes back to the caller, and which auth and service it came by, from where and at which try. */
export const passThrough = ({ status, headers, body, auth, url, tries }: ProxyAnswer): Reply => ({
  status,
  headers: [
    ...truthful({ status, headers }),
    ['latchkey-auth', auth.id],
    // A generic auth has no service.
    ...(auth.serviceId === undefined ? [] : [['latchkey-service', auth.serviceId] as const]),
    ...(url === undefined ? [] : [['latchkey-url', url] as const]),
    ...(tries === 1 ? [] : [['latchkey-tries', String(tries)] as const]),
  ],
  body,
});
