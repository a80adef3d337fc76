import { parentPort, type MessagePort } from 'node:worker_threads';
import { build } from './build.ts';

interface Order {
  readonly entry: string;
  readonly folder: string;
  /** Raised when the answer is in the port. */
  readonly done: Int32Array;
  readonly port: MessagePort;
}

parentPort?.on('message', ({ entry, folder, done, port }: Order) => {
  const answer = (error: string | undefined): void => {
    port.postMessage({ error });
    Atomics.store(done, 0, 1);
    Atomics.notify(done, 0);
  };
  build(entry, folder).then(
    () => answer(undefined),
    (error: unknown) => answer(error instanceof Error ? error.message : 'The bundle failed.'),
  );
});
