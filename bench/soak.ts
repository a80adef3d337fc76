import { setTimeout } from 'node:timers/promises';
import { median } from './statistics.ts';
import { usageOf, type Usage } from './process-usage.ts';
import { load } from './proxy/load.ts';
import { startProduct } from './proxy/product.ts';
import { startUpstream, token } from './proxy/start-upstream.ts';
import { table } from './table.ts';

const callsPerSecond = 500;
const connections = 16;
const warmUp = { connections, during: { seconds: 20 } };
const sampleMilliseconds = 1_000;
/** What garbage that is not collected yet makes of a difference between two medians. */
const mostGrowthBytes = 32 * 1024 * 1024;
const mostDescriptors = 8;

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);

/** The median of each tenth of the run tells a leak from the saw-tooth of the collector. */
const tenths = (samples: readonly Usage[], of: (usage: Usage) => number): readonly number[] =>
  Array.from({ length: 10 }, (_, tenth) => {
    const from = Math.floor((tenth * samples.length) / 10);
    return median(samples.slice(from, Math.floor(((tenth + 1) * samples.length) / 10)).map(of));
  });

const watch = async (pid: number, over: AbortSignal): Promise<readonly Usage[]> => {
  const samples: Usage[] = [];
  while (!over.aborted) {
    samples.push(usageOf(pid));
    await setTimeout(sampleMilliseconds, undefined, { signal: over }).catch(() => undefined);
  }
  return samples;
};

/**
 * Sends 500 calls a second through the local product for some minutes and looks at its process each second. Rejects when a
 * call fails, when the rate is not reached, when memory is higher in the second half of the run than it ever was in
 * the first (it goes up and down with the collector), or when descriptors stay open.
 */
export const benchSoak = async (
  resources: AsyncDisposableStack,
  { minutes }: { readonly minutes: number },
): Promise<string> => {
  const upstream = await startUpstream(resources);
  const product = await startProduct(resources, { upstream: new URL(upstream.url).origin, token });
  await load(product, warmUp);
  const over = new AbortController();
  const watching = watch(product.pid, over.signal);
  const during = { seconds: Math.round(minutes * 60) };
  const { latencies, seconds } = await load(product, { connections, during, callsPerSecond }).finally(() =>
    over.abort(),
  );
  const samples = await watching;
  const memory = tenths(samples, ({ memoryBytes }) => memoryBytes);
  const open = tenths(samples, ({ descriptors }) => descriptors);
  const rows = memory.map((bytes, tenth) => ({
    tenth: String(tenth + 1),
    'memory MB': megabytes(bytes),
    descriptors: String(open[tenth]),
  }));
  const growth = (of: readonly number[]) => Math.max(...of.slice(5)) - Math.max(...of.slice(0, 5));
  const found = `${latencies.length} calls in ${seconds.toFixed(0)} s (${(latencies.length / seconds).toFixed(0)} a second), none failed.`;
  const text = [`The process of the local product, medians of each tenth of the run. ${found}`, table(rows)];
  if (latencies.length / seconds < 0.95 * callsPerSecond)
    throw new Error(`The machine did not reach ${callsPerSecond} calls a second.\n${text.join('\n')}`);
  if (growth(memory) > mostGrowthBytes || growth(open) > mostDescriptors)
    throw new Error(`Memory or descriptors grew.\n${text.join('\n')}`);
  return text.join('\n');
};
