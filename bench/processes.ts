import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const startMilliseconds = 30_000;
const answerMilliseconds = 120_000;
const stopMilliseconds = 15_000;

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
  await exited;
  clearTimeout(patience);
};

/** Rejects when the child ends, or when it takes too long. */
const inTime = async <T>(child: ChildProcess, told: Promise<T>, milliseconds: number): Promise<T> => {
  const over = new AbortController();
  const ended = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('A process of the benchmark ended too early.');
  });
  const late = once(AbortSignal.timeout(milliseconds), 'abort', { signal: over.signal }).then(() => {
    throw new Error('A process of the benchmark was not ready in time.');
  });
  try {
    return await Promise.race([told, ended, late]);
  } finally {
    over.abort();
    await Promise.allSettled([ended, late]);
  }
};

const started = <T>(child: ChildProcess, ready: Promise<T>): Promise<T> =>
  inTime(child, ready, startMilliseconds);

const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error('A process of the benchmark did not start.');
  return pid;
};

/** A new folder of its own, removed with the resources. */
export const temporaryFolder = async (resources: AsyncDisposableStack): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** A process of the benchmark that answers questions, one at a time. */
export interface Respondent {
  readonly pid: number;
  /** What it told when it was ready. */
  readonly ready: unknown;
  readonly ask: (question: object) => Promise<unknown>;
}

/** Starts a module that is `answering` in a process of its own, stopped with the resources. */
export const startRespondent = async (
  resources: AsyncDisposableStack,
  module: URL,
  ...args: readonly string[]
): Promise<Respondent> => {
  const child = fork(fileURLToPath(module), args, { env: {} });
  resources.defer(() => stop(child));
  const told: readonly unknown[] = await started(child, once(child, 'message'));
  return {
    pid: pidOf(child),
    ready: told[0],
    ask: async (question) => {
      const answer = once(child, 'message');
      child.send(question);
      const told: readonly unknown[] = await inTime(child, answer, answerMilliseconds);
      return told[0];
    },
  };
};

const Listening = z.object({ port: z.int() });

/** A server of the benchmark: the port that it listens at. */
export const portOf = ({ ready }: Respondent): number => Listening.parse(ready).port;

/** Starts a server of the benchmark in a process of its own, stopped with the resources. Answers with the port that it reports. */
export const startServer = async (
  resources: AsyncDisposableStack,
  module: URL,
  ...args: readonly string[]
): Promise<number> => portOf(await startRespondent(resources, module, ...args));

/** A program that runs in a process of its own. */
export interface Program {
  readonly pid: number;
  /** What the pattern captured of the line that said it was ready. */
  readonly ready: string;
}

/** Starts a program in a process of its own, with this environment and nothing else. */
export const startProgram = async (
  resources: AsyncDisposableStack,
  module: URL,
  { env, ready }: { readonly env: Readonly<Record<string, string>>; readonly ready: RegExp },
): Promise<Program> => {
  const child = spawn(process.execPath, [fileURLToPath(module)], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  resources.defer(() => stop(child));
  const found = Promise.withResolvers<string>();
  createInterface(child.stdout).on('line', (line) => {
    const captured = ready.exec(line)?.[1];
    if (captured !== undefined) found.resolve(captured);
  });
  return { pid: pidOf(child), ready: await started(child, found.promise) };
};
