import { startCountingDatabase } from './counting-database.ts';
import { startRespondent } from './processes.ts';
import { startStage, type Round } from './refresh/stage.ts';
import { percentile } from './statistics.ts';
import { table } from './table.ts';

const auths = 400;
const countedAuths = 50;
/** Of one worker, where the provider takes 300 ms; renewals a second. */
const goal = { latency: 300, rate: 50 };

const rateOf = ({ latencies, seconds }: Round): number => latencies.length / seconds;

/** Milliseconds of processor time for each renewal. */
const work = (processorSeconds: number, { latencies }: Round) =>
  ((1000 * processorSeconds) / latencies.length).toFixed(1);

const row = (store: string, latency: number, round: Round) => ({
  store,
  'token ms': String(latency),
  'renewals/s': rateOf(round).toFixed(1),
  'p50 ms': percentile(round.latencies, 50).toFixed(0),
  'p99 ms': percentile(round.latencies, 99).toFixed(0),
  'most at once': String(round.tokens.mostAtOnce),
  'worker CPU ms': work(round.processorSeconds, round),
  'database CPU ms': work(round.database, round),
  'provider CPU ms': work(round.tokens.processorSeconds, round),
  'bus CPU ms': work(round.events.processorSeconds, round),
});

const speed = async (resources: AsyncDisposableStack): Promise<readonly string[]> => {
  const dynalite = await startRespondent(resources, new URL('refresh/database.ts', import.meta.url));
  const stores = [
    { name: 'dynalite', database: dynalite },
    { name: 'memory', database: undefined },
  ];
  const rows: ReturnType<typeof row>[] = [];
  const reached: number[] = [];
  for (const { name, database } of stores) {
    const renewAll = await startStage(resources, { auths, database });
    await renewAll(0);
    for (const latency of [0, goal.latency]) {
      const round = await renewAll(latency);
      rows.push(row(name, latency, round));
      if (database && latency === goal.latency) reached.push(rateOf(round));
    }
  }
  const [rate = 0] = reached;
  const verdict = rate >= goal.rate ? 'reached' : 'not reached';
  return [
    table(rows),
    `Goal: ${goal.rate} renewals a second at ${goal.latency} ms. It is ${verdict} (${rate.toFixed(1)}, on dynalite).`,
  ];
};

const calls = async (resources: AsyncDisposableStack): Promise<string> => {
  const database = await startCountingDatabase(resources);
  const renewAll = await startStage(resources, { auths: countedAuths, database: database.url });
  // The first renewal has no version before the last to forget.
  await renewAll(0);
  const { events, tokens } = await renewAll(0, database.take);
  const taken = database.take();
  const each = (count: number) => (count / countedAuths).toFixed(2);
  return table([
    {
      'DynamoDB reads': each(taken.read),
      'DynamoDB writes': each(taken.write),
      'vault calls': each(taken.vault),
      'token calls': each(tokens.granted + tokens.refused),
      'PutEvents calls': each(events.calls),
    },
  ]);
};

/**
 * Measures how fast one worker renews auths that are due, message after message as the sweep sends them, at a provider that
 * answers at once and at one that takes 300 ms, and counts what a renewal asks of the stores. Answers with the tables;
 * takes about two minutes.
 */
export const benchRefresh = async (resources: AsyncDisposableStack): Promise<string> =>
  [
    `One worker renews ${auths} auths, in messages as the sweep sends them, one message at a time. Worker, database, provider and event bus`,
    'are a process each; the provider takes each refresh token once. A renewal lasts from its first read to its last write;',
    'CPU is the processor time of each process for one renewal, whatever else the machine has to do.',
    ...(await speed(resources)),
    '',
    'Calls for each renewal; the vault is the sealed one, and it keeps the secrets of the service too.',
    await calls(resources),
  ].join('\n');
