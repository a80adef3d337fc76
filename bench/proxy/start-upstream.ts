import { portOf, startRespondent } from '../processes.ts';
import type { Way } from './load.ts';

/** What the service wants as its bearer token. */
export const token = 'benchmark';

/** Starts the service that is called, and says how it is called straight. */
export const startUpstream = async (resources: AsyncDisposableStack): Promise<Way> => {
  const authorization = `Bearer ${token}`;
  const upstream = await startRespondent(resources, new URL('upstream.ts', import.meta.url), authorization);
  const url = `http://127.0.0.1:${portOf(upstream)}/items`;
  return { pid: upstream.pid, url, headers: { authorization } };
};
