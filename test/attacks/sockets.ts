import { Socket } from 'node:net';

/** Where a socket was told to go. */
interface Dialled {
  readonly host: string;
  readonly port: number;
}

/** Every connection that this process opens, over TCP or TLS, by whatever module. */
export interface SocketWatch {
  readonly dialled: readonly Dialled[];
  readonly stop: () => void;
}

const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/;

const targetOf = (given: unknown): Dialled => {
  // Node hands its own calls on as a list that holds the options first.
  const options: unknown = Array.isArray(given) ? given[0] : given;
  const { host = 'localhost', port = 0 } = options as { host?: string; port?: number | string };
  return { host, port: Number(port) };
};

/**
 * Counts every `connect` of this process until it is stopped. What would leave this machine is counted and goes nowhere, so
 * that not even a guard that fails lets a test call a stranger.
 */
export const watchSockets = (): SocketWatch => {
  const dialled: Dialled[] = [];
  const before = Reflect.get(Socket.prototype, 'connect') as (this: Socket, ...given: unknown[]) => Socket;
  const connect = function (this: Socket, ...given: unknown[]): Socket {
    const target = targetOf(given[0]);
    dialled.push(target);
    if (loopback.test(target.host)) return before.apply(this, given);
    return this.destroy(new Error(`A test would have called ${target.host}.`));
  };
  Reflect.set(Socket.prototype, 'connect', connect);
  return { dialled, stop: () => Reflect.set(Socket.prototype, 'connect', before) };
};
