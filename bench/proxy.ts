import { percentile } from './statistics.ts';
import { portOf, startRespondent } from './processes.ts';
import { usageOf } from './process-usage.ts';
import { startCountingDatabase, type Counts } from './counting-database.ts';
import { load, type Measured, type Way } from './proxy/load.ts';
import { startProduct } from './proxy/product.ts';
import { startUpstream, token } from './proxy/start-upstream.ts';
import { table } from './table.ts';

const warmUp = { connections: 16, during: { seconds: 4 } };
/** The ways take turns, so that a disturbance of the machine meets all of them. */
const rounds = 3;
const roundSeconds = 4;
const countedCalls = 1000;

interface NamedWay extends Way {
  readonly name: string;
}

interface Figures {
  readonly p50: number;
  readonly p99: number;
  readonly rate: number;
  /** Milliseconds of processor time that the process in the middle, or the service itself, took for a call. */
  readonly processor: number;
}

interface Run extends Measured {
  readonly processorMilliseconds: number;
}

const figures = (runs: readonly Run[]): Figures => {
  const latencies = runs.flatMap((run) => run.latencies);
  const sum = (of: (run: Run) => number) => runs.reduce((total, run) => total + of(run), 0);
  return {
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    rate: latencies.length / sum(({ seconds }) => seconds),
    processor: sum(({ processorMilliseconds }) => processorMilliseconds) / latencies.length,
  };
};

const measured = async (way: Way, connections: number): Promise<Run> => {
  const before = usageOf(way.pid);
  const run = await load(way, { connections, during: { seconds: roundSeconds } });
  return {
    ...run,
    processorMilliseconds: usageOf(way.pid).processorMilliseconds - before.processorMilliseconds,
  };
};

const measure = async (ways: readonly Way[], connections: number): Promise<readonly Figures[]> => {
  const runs = ways.map((): Run[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [place, way] of ways.entries()) runs[place]?.push(await measured(way, connections));
  return runs.map(figures);
};

const row = (of: { connections: number; name: string }, found: Figures, direct: Figures) => {
  const { p50, p99, rate, processor } = found;
  const added = (value: number) => (found === direct ? '' : value.toFixed(2));
  return {
    connections: String(of.connections),
    way: of.name,
    'p50 ms': p50.toFixed(2),
    'p99 ms': p99.toFixed(2),
    'added p50 ms': added(p50 - direct.p50),
    'added p99 ms': added(p99 - direct.p99),
    'calls/s': rate.toFixed(0),
    'CPU ms/call': processor.toFixed(2),
  };
};

/** How many times as much Latchkey adds as a process that does nothing. */
const ratio = (connections: number, [direct, bare, ours]: readonly Figures[]): string => {
  if (!direct || !bare || !ours) return '';
  const times = (ours.p50 - direct.p50) / (bare.p50 - direct.p50);
  const processor = ours.processor / bare.processor;
  return `At ${connections} at a time Latchkey adds ${times.toFixed(1)} × what the bare reverse proxy adds (median), with ${processor.toFixed(1)} × its processor time.`;
};

const latency = async (resources: AsyncDisposableStack, upstream: Way): Promise<string> => {
  const { port } = new URL(upstream.url);
  const bare = await startRespondent(resources, new URL('proxy/reverse-proxy.ts', import.meta.url), port);
  const product = await startProduct(resources, { upstream: new URL(upstream.url).origin, token });
  const ways: readonly NamedWay[] = [
    { ...upstream, name: 'straight to the service' },
    {
      ...upstream,
      name: 'through a bare reverse proxy',
      pid: bare.pid,
      url: upstream.url.replace(port, String(portOf(bare))),
    },
    { ...product, name: 'through Latchkey' },
  ];
  for (const way of ways) await load(way, warmUp);
  const rows: ReturnType<typeof row>[] = [];
  const ratios: string[] = [];
  for (const connections of [1, 16]) {
    const all = await measure(ways, connections);
    const [direct] = all;
    if (!direct) continue;
    rows.push(
      ...all.map((found, place) => row({ connections, name: ways[place]?.name ?? '' }, found, direct)),
    );
    ratios.push(ratio(connections, all));
  }
  return [table(rows), ...ratios].join('\n');
};

const counted = (
  name: string,
  taken: Counts,
  { calls, seconds }: { readonly calls: number; readonly seconds: number },
) => ({
  'proxied calls': name,
  'DynamoDB reads': (taken.read / calls).toFixed(2),
  'reads a second': (taken.read / seconds).toFixed(1),
  'DynamoDB writes': (taken.write / calls).toFixed(2),
  'vault calls': (taken.vault / calls).toFixed(2),
});

const storeCalls = async (resources: AsyncDisposableStack, upstream: Way): Promise<string> => {
  const database = await startCountingDatabase(resources);
  const service = { upstream: new URL(upstream.url).origin, token };
  const target = await startProduct(resources, { ...service, databaseUrl: database.url });
  const run = async (connections: number, calls: number) => {
    database.take();
    const { seconds } = await load(target, { connections, during: { calls } });
    return { taken: database.take(), seconds };
  };
  const first = await run(1, 1);
  const rows = [counted('the first', first.taken, { calls: 1, seconds: first.seconds })];
  for (const connections of [1, 16]) {
    const name = `warm, ${connections} at a time`;
    const { taken, seconds } = await run(connections, countedCalls);
    rows.push(counted(name, taken, { calls: countedCalls, seconds }));
  }
  return table(rows);
};

/**
 * Measures proxied calls against the same calls made straight and through a bare reverse proxy, each side in processes
 * of its own, and counts what a proxied call asks of the stores. Answers with the tables; takes about two minutes.
 */
export const benchProxy = async (resources: AsyncDisposableStack): Promise<string> => {
  const upstream = await startUpstream(resources);
  return [
    `GET with an answer of 1 kB, ${rounds} × ${roundSeconds} s each after a warm-up. Added: to the call made straight.`,
    'Latchkey is the local product with the embedded database in its process. CPU: of the process named alone.',
    await latency(resources, upstream),
    '',
    'Calls to the stores for each proxied call; the vault is the sealed one.',
    await storeCalls(resources, upstream),
  ].join('\n');
};
