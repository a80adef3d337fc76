import { readdirSync, readFileSync } from 'node:fs';

/** What a process has taken of the machine so far. */
export interface Usage {
  /** Processor time of all its threads, user and system. Milliseconds, in steps of ten. */
  readonly processorMilliseconds: number;
  /** Memory that is resident. Bytes. */
  readonly memoryBytes: number;
  /** Files and sockets that are open. */
  readonly descriptors: number;
}

/** Ticks of the kernel's clock, of which Linux shows a hundred a second to programs (USER_HZ). */
const tickMilliseconds = 10;
const pageBytes = 4096;

/** Reads it from Linux's /proc (proc(5)). Throws where there is none, or no such process. */
export const usageOf = (pid: number): Usage => {
  const folder = `/proc/${pid}`;
  // The name of the program stands before, in brackets, and may hold spaces.
  const fields = readFileSync(`${folder}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const [user, system, pages] = [fields[11], fields[12], fields[21]].map(Number);
  if (user === undefined || system === undefined || pages === undefined)
    throw new Error('The usage of a process cannot be read.');
  return {
    processorMilliseconds: (user + system) * tickMilliseconds,
    memoryBytes: pages * pageBytes,
    descriptors: readdirSync(`${folder}/fd`).length,
  };
};
