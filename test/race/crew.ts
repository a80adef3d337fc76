import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Report, type Errand, type Setup } from './messages.ts';

/** One process of a race. */
export interface Racer {
  /** Rejects when the process ends before it has reported. */
  readonly run: (errand: Errand) => Promise<Report>;
  readonly kill: () => Promise<void>;
}

const readyMilliseconds = 30_000;

const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
};

const racer = (child: ChildProcess): Racer => {
  const under = new Map<string, PromiseWithResolvers<Report>>();
  child.on('message', (message) => {
    const report = Report.parse(message);
    under.get(report.id)?.resolve(report);
    under.delete(report.id);
  });
  child.once('exit', () => {
    for (const { reject } of under.values()) reject(new Error('A process of the race has ended.'));
  });
  return {
    run: (errand) => {
      const report = Promise.withResolvers<Report>();
      under.set(errand.id, report);
      child.send(errand);
      return report.promise;
    },
    kill: () => kill(child),
  };
};

const start = async (resources: AsyncDisposableStack, setup: Setup): Promise<Racer> => {
  const module = fileURLToPath(new URL('./worker.ts', import.meta.url));
  const child = fork(module, [JSON.stringify(setup)], { env: {}, execArgv: [] });
  resources.defer(() => kill(child));
  await once(child, 'message', { signal: AbortSignal.timeout(readyMilliseconds) });
  return racer(child);
};

/** Starts processes that share nothing but a database and a provider; they are gone with the resources. */
export const startRacers = (
  resources: AsyncDisposableStack,
  setup: Setup,
  count: number,
): Promise<readonly Racer[]> => Promise.all(Array.from({ length: count }, () => start(resources, setup)));
