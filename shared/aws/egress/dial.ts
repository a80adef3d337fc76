import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { EgressRefused, HttpFailure } from '#shared/ports.ts';
import { family, isPublic, type AllowList } from '#shared/addresses.ts';
import { because } from './failure.ts';
import { readsOn } from './reads-on.ts';
import type { Target } from './target.ts';

export interface DialRules {
  readonly allow: AllowList;
  /** For the name, the connection and TLS together. */
  readonly connectTimeoutMilliseconds: number;
  readonly resolve: (host: string) => Promise<readonly string[]>;
}

const resolved = async ({ host }: Target, rules: DialRules): Promise<readonly string[]> => {
  if (isIP(host) !== 0) return [host];
  try {
    return await rules.resolve(host);
  } catch (error) {
    throw new HttpFailure('dns', false, because(error));
  }
};

/** The addresses that may be dialled: all that the name has, or none. */
const admitted = async (target: Target, rules: DialRules): Promise<readonly string[]> => {
  const addresses = await resolved(target, rules);
  const { allow } = rules;
  const allowed = (address: string) =>
    allow.hasAddress(address) || allow.hasHost(isIP(address) === 6 ? `[${address}]` : address, target.port);
  const good = (address: string) =>
    family(address) !== undefined && (target.trusted || isPublic(address) || allowed(address));
  if (addresses.length > 0 && addresses.every(good)) return addresses;
  throw new EgressRefused(`${target.host} does not lead to public addresses only, so it is not called.`);
};

const unlessStopped = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(new HttpFailure('timeout', false));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject);
  });

/** An address, never a name, is given to connect: so nothing is looked up again and no other family is tried. */
const open = (address: string, { host, port, secure }: Target): Socket => {
  if (!secure) return connectTcp({ host: address, port });
  const servername = isIP(host) === 0 ? host.replace(/\.$/, '') : '';
  const identity = { servername, rejectUnauthorized: true };
  return connectTls({ host: address, port, ALPNProtocols: ['http/1.1'], ...identity });
};

const connected = async (address: string, target: Target, signal: AbortSignal): Promise<Socket> => {
  const socket = open(address, target);
  let stage: 'connect' | 'tls' = 'connect';
  try {
    await once(socket, 'connect', { signal });
    stage = 'tls';
    if (target.secure) await once(socket, 'secureConnect', { signal });
    return readsOn(socket.setNoDelay(true));
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw signal.aborted ? new HttpFailure('timeout', false) : new HttpFailure(stage, false, because(error));
  }
};

/**
 * Opens a connection, with TLS done where the URL asks for it: resolves the host once, judges every address and dials
 * those very addresses one after another, each for its share of the time that is left.
 * Rejects with `EgressRefused` before any socket exists, or with `HttpFailure` whose `sent` is false.
 */
export const dial = async (target: Target, rules: DialRules, stop: AbortSignal): Promise<Socket> => {
  const end = performance.now() + rules.connectTimeoutMilliseconds;
  const deadline = AbortSignal.any([stop, AbortSignal.timeout(rules.connectTimeoutMilliseconds)]);
  const addresses = await unlessStopped(admitted(target, rules), deadline);
  let failure = new HttpFailure('connect', false);
  for (const [index, address] of addresses.entries()) {
    const share = Math.max(0, (end - performance.now()) / (addresses.length - index));
    const signal = AbortSignal.any([deadline, AbortSignal.timeout(Math.ceil(share))]);
    try {
      return await connected(address, target, signal);
    } catch (error) {
      if (!(error instanceof HttpFailure) || error.reason === 'tls' || deadline.aborted) throw error;
      failure = error;
    }
  }
  throw failure;
};
