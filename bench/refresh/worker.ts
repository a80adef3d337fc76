import * as z from 'zod';
import { handler } from '#functions/events/refresh-auths.ts';
import { provide } from '#shared/deps.ts';
import { dueEvents } from '#shared/domain/schedule/due-events.ts';
import { dueShards } from '#shared/ports.ts';
import { react } from '../../local/functions.ts';
import { answering } from '../answering.ts';
import { Surroundings, workerPorts } from './ports.ts';
import { seed } from './seed.ts';

// One instance of the Lambda function that renews, as SQS drives it: one message after the other.

/** Later than the schedule renews a token of an hour, and before its end. */
const untilDue = 55 * 60_000;

const surroundings = Surroundings.parse(JSON.parse(process.argv[2] ?? ''));
const { deps, putForward, take } = await workerPorts(surroundings);
provide(deps);
let seeded: Promise<void> | undefined;

/** The messages that the sweep sends when its pages are full. */
const messages = async () => {
  const all = { from: 0, to: deps.clock.now(), limit: surroundings.auths };
  const shards = Array.from({ length: dueShards }, (_, shard) => deps.store.due({ ...all, shard }));
  return dueEvents(deps, (await Promise.all(shards)).flat());
};

const Question = z.object({ step: z.enum(['prepare', 'renew']) });
let events: Awaited<ReturnType<typeof messages>> = [];

/** Makes all auths due, and has the messages ready that ask for them. */
const prepare = async () => {
  await (seeded ??= seed(deps, surroundings));
  putForward(untilDue);
  events = await messages();
  take();
  return {};
};

const renew = async () => {
  const from = performance.now();
  for (const event of events) {
    if (!(await react(handler, event))) throw new Error('The worker gave a message back.');
  }
  const seconds = (performance.now() - from) / 1000;
  return { seconds, messages: events.length, latencies: take() };
};

answering({ ready: true }, (question) => (Question.parse(question).step === 'prepare' ? prepare() : renew()));
