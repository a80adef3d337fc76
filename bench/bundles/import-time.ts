import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';

/** What Lambda's runtime gives to functions that stream has to stand before they are loaded. */
const program = (path: string) => `
globalThis.awslambda = { streamifyResponse: (run) => run };
const used = process.cpuUsage();
const began = performance.now();
const { handler } = await import(${JSON.stringify(pathToFileURL(path).href)});
const wall = performance.now() - began;
const { user, system } = process.cpuUsage(used);
if (typeof handler !== 'function') throw new Error('The bundle exports no handler.');
process.stdout.write(JSON.stringify({ wall, processor: (user + system) / 1000 }), () => process.exit());
`;

const ImportTime = z.object({ wall: z.number(), processor: z.number() });
export type ImportTime = z.infer<typeof ImportTime>;

/**
 * How long a new Node process with an empty environment takes to import a module, by the clock and of all its threads' processor
 * time, in milliseconds. Rejects when it cannot.
 */
export const importTime = async (path: string): Promise<ImportTime> => {
  const run = ['--input-type=module', '--eval', program(path)];
  const { stdout } = await promisify(execFile)(process.execPath, run, { env: {}, timeout: 20_000 });
  return ImportTime.parse(JSON.parse(stdout));
};
