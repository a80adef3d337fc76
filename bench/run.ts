import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';

type Part = (resources: AsyncDisposableStack) => Promise<string>;

// Loaded when asked for: the bundles bring CDK along, which takes seconds.
const parts: Readonly<Record<string, () => Promise<Part>>> = {
  proxy: async () => (await import('./proxy.ts')).benchProxy,
  refresh: async () => (await import('./refresh.ts')).benchRefresh,
  bundles: async () => (await import('./bundles.ts')).benchBundles,
  soak: async () => {
    const { benchSoak } = await import('./soak.ts');
    return (resources) => benchSoak(resources, { minutes });
  },
};

/** Run when they are named only. */
const onlyWhenNamed = ['soak'];

const { values, positionals: asked } = parseArgs({
  options: { minutes: { type: 'string', default: '10' } },
  allowPositionals: true,
});
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 60)) {
  console.error('Expected --minutes N, with N up to 60.');
  process.exit(2);
}

const mostMilliseconds = 300_000 + (asked.includes('soak') ? minutes * 60_000 : 0);

const run = async (name: string, load: () => Promise<Part>): Promise<void> => {
  const part = await load();
  const resources = new AsyncDisposableStack();
  let disposed: Promise<void> | undefined;
  const dispose = () => (disposed ??= resources.disposeAsync());
  const end = (code: number) => void dispose().finally(() => process.exit(code));
  const interrupted = () => end(130);
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  const late = setTimeout(() => {
    console.error(`The part ${name} took too long and was ended.`);
    end(1);
  }, mostMilliseconds);
  try {
    console.log(`\n${name}\n${await part(resources)}`);
  } finally {
    clearTimeout(late);
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await dispose();
  }
};

const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; there are ${Object.keys(parts).join(' and ')}.`);
  process.exit(2);
}
console.log(`Node ${process.versions.node}, ${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'CPU'}`);
for (const [name, load] of Object.entries(parts)) {
  if (asked.length === 0 ? !onlyWhenNamed.includes(name) : asked.includes(name)) await run(name, load);
}
