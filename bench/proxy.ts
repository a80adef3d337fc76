import { percentile } from './statistics.ts';
import { startServer } from './processes.ts';
import { startCountingDatabase, type Counts } from './counting-database.ts';
import { load, type Measured, type Target } from './proxy/load.ts';
import { startProduct } from './proxy/product.ts';
import { table } from './table.ts';

const warmUp = { connections: 16, during: { seconds: 4 } };
/** The ways take turns, so that a disturbance of the machine meets all of them. */
const rounds = 2;
const roundSeconds = 4;
const countedCalls = 1000;

const token = 'benchmark';
const authorization = `Bearer ${token}`;

interface Way {
  readonly name: string;
  readonly target: Target;
}

interface Figures {
  readonly p50: number;
  readonly p99: number;
  readonly rate: number;
}

const figures = (runs: readonly Measured[]): Figures => {
  const latencies = runs.flatMap((run) => run.latencies);
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0);
  return {
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    rate: latencies.length / seconds,
  };
};

const measure = async (ways: readonly Way[], connections: number): Promise<readonly Figures[]> => {
  const runs = ways.map((): Measured[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, { target }] of ways.entries()) {
      runs[place]?.push(await load(target, { connections, during: { seconds: roundSeconds } }));
    }
  }
  return runs.map(figures);
};

const row = (of: { connections: number; name: string }, { p50, p99, rate }: Figures, bare?: Figures) => ({
  connections: String(of.connections),
  way: of.name,
  'p50 ms': p50.toFixed(2),
  'p99 ms': p99.toFixed(2),
  'added p50 ms': bare ? (p50 - bare.p50).toFixed(2) : '',
  'added p99 ms': bare ? (p99 - bare.p99).toFixed(2) : '',
  'calls/s': rate.toFixed(0),
});

const latency = async (resources: AsyncDisposableStack, upstream: string, port: number): Promise<string> => {
  const bare = await startServer(resources, new URL('proxy/reverse-proxy.ts', import.meta.url), String(port));
  const headers = { authorization };
  const ways = [
    { name: 'straight to the service', target: { url: `${upstream}/items`, headers } },
    { name: 'through a bare reverse proxy', target: { url: `http://127.0.0.1:${bare}/items`, headers } },
    { name: 'through Latchkey', target: await startProduct(resources, { upstream, token }) },
  ];
  for (const { target } of ways) await load(target, warmUp);
  const rows: ReturnType<typeof row>[] = [];
  for (const connections of [1, 16]) {
    const measured = await measure(ways, connections);
    const [, proxied] = measured;
    measured.forEach((found, place) => {
      const name = ways[place]?.name ?? '';
      rows.push(row({ connections, name }, found, place === 2 ? proxied : undefined));
    });
  }
  return table(rows);
};

const counted = (calls: string, taken: Counts, count: number) => ({
  'proxied calls': calls,
  'DynamoDB reads': (taken.read / count).toFixed(2),
  'DynamoDB writes': (taken.write / count).toFixed(2),
  'vault calls': (taken.vault / count).toFixed(2),
});

const storeCalls = async (resources: AsyncDisposableStack, upstream: string): Promise<string> => {
  const database = await startCountingDatabase(resources);
  const target = await startProduct(resources, { upstream, token, databaseUrl: database.url });
  const run = async (connections: number, calls: number) => {
    database.take();
    await load(target, { connections, during: { calls } });
    return database.take();
  };
  const rows = [counted('the first', await run(1, 1), 1)];
  for (const connections of [1, 16]) {
    const name = `warm, ${connections} at a time`;
    rows.push(counted(name, await run(connections, countedCalls), countedCalls));
  }
  return table(rows);
};

/**
 * Measures proxied calls against the same calls made straight and through a bare reverse proxy, each side in processes
 * of its own, and counts what a proxied call asks of the stores. Answers with the tables; takes about a minute and a half.
 */
export const benchProxy = async (resources: AsyncDisposableStack): Promise<string> => {
  const port = await startServer(resources, new URL('proxy/upstream.ts', import.meta.url), authorization);
  const upstream = `http://127.0.0.1:${port}`;
  return [
    `GET with an answer of 1 kB, ${rounds} × ${roundSeconds} s each after a warm-up. Added: to the bare reverse proxy's.`,
    'Latchkey is the local product with the embedded database in its process.',
    await latency(resources, upstream, port),
    '',
    'Calls to the stores for each proxied call; the vault is the sealed one.',
    await storeCalls(resources, upstream),
  ].join('\n');
};
