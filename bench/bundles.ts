import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nouns } from '#functions/routes.ts';
import { reactions } from '#functions/reactions.ts';
import { schedules } from '#functions/schedules.ts';
import { build, type Built } from './bundles/build.ts';
import { importTime, type ImportTime } from './bundles/import-time.ts';
import { buildPlain } from './bundles/plain.ts';
import { temporaryFolder } from './processes.ts';
import { median } from './statistics.ts';
import { table } from './table.ts';

const processes = 21;

/** Seen from functions/, where the stacks find theirs. */
const baseline = relative(
  fileURLToPath(new URL('../functions/', import.meta.url)),
  fileURLToPath(new URL('./bundles/two-clients.ts', import.meta.url)),
);

const entries = [
  baseline,
  ...Object.keys(nouns).map((noun) => `${noun}/lambda.ts`),
  'proxy/streaming.ts',
  ...schedules.map(({ entry }) => entry),
  ...reactions.map(({ entry }) => entry),
];

/** One process at a time, and each bundle once a round, so that a disturbance of the machine meets all of them. */
const importTimes = async (bundles: readonly Built[]): Promise<readonly ImportTime[]> => {
  const times = bundles.map((): ImportTime[] => []);
  for (let round = 0; round < processes; round += 1) {
    for (const [place, { path }] of bundles.entries()) times[place]?.push(await importTime(path));
  }
  return times.map((runs) => ({
    wall: median(runs.map(({ wall }) => wall)),
    processor: median(runs.map(({ processor }) => processor)),
  }));
};

/**
 * Bundles every function as the stacks do and measures size and cold import, against the two clients that none does without:
 * bundled by esbuild alone into one file, and as the functions are. Answers with the table; takes about four minutes.
 */
export const benchBundles = async (resources: AsyncDisposableStack): Promise<string> => {
  const folder = await temporaryFolder(resources);
  const bundles = [await buildPlain(folder), ...(await build(folder, entries))];
  const times = await importTimes(bundles);
  const [plain, lean] = times;
  const over = (time: ImportTime | undefined, base: ImportTime | undefined) =>
    ((time?.processor ?? NaN) / (base?.processor ?? NaN)).toFixed(2);
  const rows = bundles.map(({ entry, bytes, allBytes }, place) => ({
    bundle: entry === baseline ? 'the same as the functions are bundled' : entry,
    kB: (bytes / 1000).toFixed(0),
    'kB with what is loaded later': (allBytes / 1000).toFixed(0),
    'import ms': (times[place]?.wall ?? NaN).toFixed(0),
    'CPU ms': (times[place]?.processor ?? NaN).toFixed(0),
    '× two clients': over(times[place], plain),
    '× bundled as ours': over(times[place], lean),
  }));
  return [
    `Size of what each function loads at its start and of its whole bundle, and the medians of ${processes} cold imports, each in a new Node process without environment; the factors are of processor time.`,
    table(rows),
  ].join('\n');
};
