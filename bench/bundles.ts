import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nouns } from '#functions/routes.ts';
import { reactions } from '#functions/reactions.ts';
import { schedules } from '#functions/schedules.ts';
import { build, type Built } from './bundles/build.ts';
import { importTime } from './bundles/import-time.ts';
import { temporaryFolder } from './processes.ts';
import { median } from './statistics.ts';
import { table } from './table.ts';

const processes = 9;

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
const importTimes = async (bundles: readonly Built[]): Promise<readonly number[]> => {
  const times = bundles.map((): number[] => []);
  for (let round = 0; round < processes; round += 1) {
    for (const [place, { path }] of bundles.entries()) times[place]?.push(await importTime(path));
  }
  return times.map(median);
};

/** Bundles every function as the stacks do and measures size and cold import. Answers with the table; takes about a minute. */
export const benchBundles = async (resources: AsyncDisposableStack): Promise<string> => {
  const bundles = await build(await temporaryFolder(resources), entries);
  const times = await importTimes(bundles);
  const [bare = NaN] = times;
  const rows = bundles.map(({ entry, bytes, allBytes }, place) => ({
    bundle: entry === baseline ? 'baseline: two bare SDK clients' : entry,
    kB: (bytes / 1000).toFixed(0),
    'kB with what is loaded later': (allBytes / 1000).toFixed(0),
    'import ms': (times[place] ?? NaN).toFixed(0),
    '× baseline': ((times[place] ?? NaN) / bare).toFixed(2),
  }));
  return [
    `Size of what each function loads at its start, of its whole bundle, and the median of ${processes} cold imports, each in a new Node process without environment.`,
    table(rows),
  ].join('\n');
};
