import { execFile } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** What Lambda's runtime gives to functions that stream has to stand before they are loaded. */
const program = (path: string) => `
globalThis.awslambda = { streamifyResponse: (run) => run };
const began = performance.now();
const { handler } = await import(${JSON.stringify(pathToFileURL(path).href)});
const milliseconds = performance.now() - began;
if (typeof handler !== 'function') throw new Error('The bundle exports no handler.');
process.stdout.write(String(milliseconds), () => process.exit());
`;

/** How long a new Node process with an empty environment takes to import a module, in milliseconds. Rejects when it cannot. */
export const importTime = async (path: string): Promise<number> => {
  const run = ['--input-type=module', '--eval', program(path)];
  const { stdout } = await promisify(execFile)(process.execPath, run, { env: {}, timeout: 20_000 });
  return Number(stdout);
};
