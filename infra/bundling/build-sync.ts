import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import * as z from 'zod';

const Answer = z.object({ message: z.object({ error: z.string().optional() }) });

let thread: Worker | undefined;

/** CDK takes bundles at once, and esbuild runs plugins only in time: a thread builds while this one waits. */
const threadOf = (): Worker => {
  if (thread) return thread;
  thread = new Worker(new URL('./thread.ts', import.meta.url));
  thread.unref();
  return thread;
};

/** The same as `build`, and back when it is done. Throws when the function cannot be bundled. */
export const buildSync = (entry: string, folder: string): void => {
  const done = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  threadOf().postMessage({ entry, folder, done, port: port2 }, [port2]);
  Atomics.wait(done, 0, 0);
  const { error } = Answer.parse(receiveMessageOnPort(port1)).message;
  port1.close();
  if (error !== undefined) throw new Error(`${entry} cannot be bundled: ${error}`);
};
