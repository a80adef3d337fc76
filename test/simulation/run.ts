import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { playAll } from './fleet.ts';
import { mutations } from './mutations.ts';
import { simulate } from './simulate.ts';

const help = `npm run sim -- --seed N               plays one seed and shows every step
npm run sim -- --count N [--from N]   plays many (10000 if none is said)
with --mutation N, on ports that do not keep a promise:
${mutations.map(({ name }, index) => `  ${String(index)}  ${name}`).join('\n')}`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    from: { type: 'string', default: '0' },
    count: { type: 'string', default: '10000' },
    mutation: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const mutation = values.mutation === undefined ? undefined : Number(values.mutation);

/** Shows a seed step by step, with times since the beginning. */
const showOne = async (seed: number): Promise<boolean> => {
  const { plan, trace, broken } = await simulate(seed, {
    mutation: mutation === undefined ? undefined : mutations[mutation],
    trace: true,
  });
  console.log(JSON.stringify(plan, null, 2));
  console.log(trace.join('\n'));
  for (const what of broken) console.log(`BROKEN: ${what}`);
  if (broken.length === 0) console.log(`Seed ${String(seed)}: everything holds.`);
  return broken.length === 0;
};

const showAll = async (): Promise<boolean> => {
  const begun = performance.now();
  const { seeds, steps, tokenCalls, told, red } = await playAll({
    from: Number(values.from),
    count: Number(values.count),
    mutation,
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(
    `${String(seeds)} seeds in ${seconds} s on ${String(availableParallelism())} threads: ${String(steps)} steps, ${String(tokenCalls)} renewals asked for`,
  );
  console.log(told);
  for (const { seed, what } of red) console.log(`seed ${String(seed)}: ${what}`);
  if (red.length > 0) console.log(`Replay with: npm run sim -- --seed ${String(red[0]?.seed)}`);
  return red.length === 0;
};

if (values.help) console.log(help);
else if (!(await (values.seed === undefined ? showAll() : showOne(Number(values.seed)))))
  process.exitCode = 1;
