import type { Settings } from '../settings.ts';
import { corsExposed, corsHeaders, corsMaxAge, corsMethods } from './cors-words.ts';
import { headerOf, type ArrivingCall, type Reply } from './http.ts';

type Headers = Reply['headers'];

const isConfigured = ({ corsOrigins = [] }: Pick<Settings, 'corsOrigins'>): boolean => corsOrigins.length > 0;

/**
 * The headers of an answer, with what lets the page of a configured origin read it. No cookies count here, so none are asked for;
 * a page that sent a server key may read why it is refused. What a service that is called says of CORS is meant for its own pages.
 */
export const withCors = (settings: Settings, call: ArrivingCall, headers: Headers): Headers => {
  if (!isConfigured(settings)) return headers;
  const origin = headerOf(call, 'origin');
  const own = headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-'));
  if (origin === undefined || !settings.corsOrigins?.includes(origin)) return [...own, ['vary', 'origin']];
  return [
    ...own,
    ['access-control-allow-origin', origin],
    ['access-control-expose-headers', corsExposed.join(', ')],
    ['vary', 'origin'],
  ];
};

/**
 * The answer to a browser that asks whether a page may call (Fetch §4.8), which is the same for every path and tells nothing of
 * it; undefined for all other calls, and where no origin is configured. Of another origin nothing is allowed.
 */
export const preflightAnswer = (settings: Settings, call: ArrivingCall): Reply | undefined => {
  const origin = headerOf(call, 'origin');
  const asks = call.method === 'OPTIONS' && headerOf(call, 'access-control-request-method') !== undefined;
  if (!asks || origin === undefined || !isConfigured(settings)) return undefined;
  if (!settings.corsOrigins?.includes(origin))
    return { status: 204, headers: [['vary', 'origin']], body: undefined };
  return {
    status: 204,
    headers: [
      ['access-control-allow-origin', origin],
      ['access-control-allow-methods', corsMethods.join(', ')],
      ['access-control-allow-headers', corsHeaders.join(', ')],
      ['access-control-max-age', String(corsMaxAge)],
      ['vary', 'origin'],
    ],
    body: undefined,
  };
};
