import { AppError } from '../errors.ts';
import type { Settings } from '../settings.ts';
import { headerOf, type ArrivingCall } from './http.ts';

/** What is sent on here is the service's: an `Origin` may well be among it. */
const onward = /^\/v1\/proxy\//;

/**
 * Whether a web page sent the call. No script can set or leave out `Origin` where a page calls another site (Fetch §2.2.2), and
 * `Sec-Fetch-Site` nobody else sends. Of other sites, browsers let those of the configured origins alone bear a key.
 */
const isFromPage = ({ corsOrigins = [] }: Settings, call: ArrivingCall): boolean => {
  const origin = headerOf(call, 'origin');
  if (headerOf(call, 'sec-fetch-site') !== undefined) return true;
  return origin !== undefined && (!onward.test(call.path) || corsOrigins.includes(origin));
};

/** Rejects with 403 `key_in_browser` when a web page calls with a server key: whoever opens the page can read that key (R50). */
export const demandNoBrowser = (settings: Settings, call: ArrivingCall): void => {
  if (!isFromPage(settings, call)) return;
  throw new AppError(
    403,
    'key_in_browser',
    'A server key was sent from a browser, where all who open the page can read it. Delete the key, make another for your backend, and let pages send the token of the person.',
  );
};
