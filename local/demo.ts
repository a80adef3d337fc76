import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLocalConfig } from './config.ts';
import { apiClient } from './demo/client.ts';
import { startSubscriber } from './demo/subscriber.ts';
import { DemoFile, walk } from './demo/walk.ts';

const config = readLocalConfig();
const url = `http://localhost:${config.PORT}`;

const read = async (name: string): Promise<string> => {
  try {
    return await readFile(join(config.LATCHKEY_DIR, name), 'utf8');
  } catch (cause) {
    throw new Error(`There is no ${config.LATCHKEY_DIR}/${name}. Run npm start in another terminal first.`, {
      cause,
    });
  }
};

const steps: { step: string; outcome: string }[] = [];

const table = () => {
  const width = Math.max(...steps.map(({ step }) => step.length));
  return steps.map(({ step, outcome }) => `${step.padEnd(width)}  ${outcome}`).join('\n');
};

try {
  const demo = DemoFile.parse(JSON.parse(await read('demo.json')));
  const api = apiClient(url, await read('admin-key'));
  const subscriber = await startSubscriber(demo.subscriberPort);
  try {
    await walk({
      api,
      demo,
      subscriber,
      say: (step, outcome) => {
        steps.push({ step, outcome });
        console.log(`${steps.length}. ${step}: ${outcome}.`);
      },
    });
  } finally {
    await subscriber.stop();
  }
  console.log(`\nThe whole way, once:\n${table()}`);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(
    `The demo stopped after ${steps.length} steps: ${message === 'fetch failed' ? `nobody answers at ${url}; run npm start in another terminal.` : message}`,
  );
  process.exitCode = 1;
}
