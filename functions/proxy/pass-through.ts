import type { ProxyAnswer } from '#shared/domain/proxy/call.ts';
import type { Reply } from '#shared/entry/http.ts';

/** A service's answer as it goes back to the caller, and which auth and service it came by, from where and at which try. */
export const passThrough = ({ status, headers, body, auth, url, tries }: ProxyAnswer): Reply => ({
  status,
  headers: [
    ...headers,
    ['latchkey-auth', auth.id],
    // A generic auth has no service.
    ...(auth.serviceId === undefined ? [] : [['latchkey-service', auth.serviceId] as const]),
    ...(url === undefined ? [] : [['latchkey-url', url] as const]),
    ...(tries === 1 ? [] : [['latchkey-tries', String(tries)] as const]),
  ],
  body,
});
