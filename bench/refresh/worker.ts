import { handler } from '#functions/events/refresh-auths.ts';
import { provide } from '#shared/deps.ts';
import { authKey, auths } from '#shared/domain/auths/auth.ts';
import { dueEvents } from '#shared/domain/schedule/due-events.ts';
import { react } from '../../local/functions.ts';
import { answering } from '../answering.ts';
import { Surroundings, workerPorts } from './ports.ts';
import { seed, type Seeded } from './seed.ts';

// One instance of the Lambda function that renews, as SQS drives it: one message after the other.

/** Later than the schedule renews a token of an hour, and before its end. */
const untilDue = 55 * 60_000;

const surroundings = Surroundings.parse(JSON.parse(process.argv[2] ?? ''));
const { deps, putForward, take } = await workerPorts(surroundings);
provide(deps);
let seeded: Seeded | undefined;

/** The messages that the sweep sends when all auths are due. */
const messages = ({ organizationId, authIds }: Seeded) => {
  const at = deps.clock.now();
  const entries = authIds.map((id) => ({
    collection: auths.name,
    key: authKey(organizationId, id),
    at,
    act: 'refresh',
  }));
  return dueEvents(deps, entries);
};

answering({ ready: true }, async () => {
  seeded ??= await seed(deps, surroundings);
  putForward(untilDue);
  const events = messages(seeded);
  take();
  const from = performance.now();
  for (const event of events) {
    if (!(await react(handler, event))) throw new Error('The worker gave a message back.');
  }
  const seconds = (performance.now() - from) / 1000;
  return { seconds, messages: events.length, latencies: take() };
});
