import { Worker } from 'node:worker_threads';
import { demoUser } from './provider/account.ts';
import { type Command, Report, Setup } from './provider/messages.ts';

export interface ProviderOptions {
  /** 0, the default, for any free port. Stored URLs bear the port, so a provider that keeps its data needs a fixed one. */
  readonly port?: number;
  readonly redirectUris: readonly string[];
  /** How far Latchkey's clock is ahead already. */
  readonly offsetMilliseconds?: number;
  /** Where grants, tokens and secrets are kept, so that a restart finds them; in memory without it. */
  readonly dataDirectory?: string;
  /** From consent to the end of grant, refresh token and session. Seven days, as providers give unverified applications. */
  readonly grantLifetimeSeconds?: number;
  readonly accessTokenLifetimeSeconds?: number;
}

interface Client {
  readonly id: string;
  readonly secret: string;
}

export interface DemoProvider {
  /** `http://localhost:PORT`; discovery stands under `/.well-known/openid-configuration`. */
  readonly issuer: string;
  readonly url: string;
  readonly client: Client;
  /** The client for client credentials: it asks in its own name and sees `/api/reports`. */
  readonly machine: Client;
  /** What `/keys-api/me` takes. */
  readonly apiKey: string;
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
  /** Moves the provider's clock forwards. Once it resolves, every request sees the new time. */
  readonly advance: (milliseconds: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

type Pending = ReturnType<typeof Promise.withResolvers<undefined>>;
type Ready = Extract<Report, { type: 'ready' }>;

const week = 604_800;
const stopped = () => new Error('The demo provider has stopped.');

/** What the main thread has of the worker: its first report, and a way to move its clock. */
const connect = (worker: Worker) => {
  const ready = Promise.withResolvers<Ready>();
  const moves = new Map<number, Pending>();
  let running = true;
  const end = (reason: Error) => {
    running = false;
    ready.reject(reason);
    for (const move of moves.values()) move.reject(reason);
    moves.clear();
  };
  worker.on('message', (message) => {
    const report = Report.parse(message);
    if (report.type === 'ready') ready.resolve(report);
    else if (report.type === 'failed') end(new Error(report.message));
    else {
      moves.get(report.id)?.resolve(undefined);
      moves.delete(report.id);
    }
  });
  worker.on('error', (error) => {
    console.error('The demo provider ended by an error:', error);
    end(stopped());
  });
  const exited = Promise.withResolvers<undefined>();
  worker.once('exit', () => {
    end(stopped());
    exited.resolve(undefined);
  });
  const tell = (command: Command) => worker.postMessage(command);
  const move = (id: number, offsetMilliseconds: number) => {
    if (!running) return Promise.reject(stopped());
    const moved = Promise.withResolvers<undefined>();
    moves.set(id, moved);
    tell({ type: 'move', id, offsetMilliseconds });
    return moved.promise;
  };
  return { ready: ready.promise, exited: exited.promise, tell, move };
};

/**
 * Starts the demo provider: a certified OAuth server (oidc-provider) on the loopback address, in a thread of its own
 * whose clock can be moved. Rejects with a sentence when it cannot start, such as when its port is taken.
 */
export const startProvider = async (options: ProviderOptions): Promise<DemoProvider> => {
  const setup = Setup.parse({
    ...{ port: 0, offsetMilliseconds: 0, grantLifetimeSeconds: week, accessTokenLifetimeSeconds: 3600 },
    ...options,
  });
  // Neither the environment nor the flags of the product concern the provider; DEBUG would make it print tokens.
  const worker = new Worker(new URL('./provider/worker.ts', import.meta.url), {
    ...{ workerData: setup, env: {}, execArgv: [] },
  });
  const { ready, exited, tell, move } = connect(worker);
  const { issuer, client, machine, apiKey } = await ready;
  let offset = setup.offsetMilliseconds;
  let moves = 0;
  return {
    issuer,
    url: issuer,
    client,
    machine,
    apiKey,
    user: demoUser,
    advance: (milliseconds) => {
      if (!Number.isSafeInteger(milliseconds) || milliseconds < 0)
        return Promise.reject(new RangeError('The clock moves forwards, by whole milliseconds.'));
      offset += milliseconds;
      moves += 1;
      return move(moves, offset);
    },
    stop: async () => {
      tell({ type: 'stop' });
      await exited;
    },
  };
};
