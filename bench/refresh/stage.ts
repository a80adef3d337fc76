import * as z from 'zod';
import { portOf, startRespondent, type Respondent } from '../processes.ts';

const clientSecret = 'benchmark';
const authorization = `Basic ${Buffer.from(`latchkey:${clientSecret}`).toString('base64')}`;

const Usage = z.object({ processorSeconds: z.number() });
const Run = Usage.extend({ seconds: z.number(), messages: z.int(), latencies: z.array(z.number()) });
const Tokens = Usage.extend({ granted: z.int(), refused: z.int(), mostAtOnce: z.int() });
const Events = Usage.extend({ calls: z.int(), renewals: z.int() });

/** What renewing every auth once has taken. */
export interface Round extends z.infer<typeof Run> {
  readonly tokens: z.infer<typeof Tokens>;
  readonly events: z.infer<typeof Events>;
  /** The processor time of the database, in seconds. */
  readonly database: number;
}

interface StageOptions {
  readonly auths: number;
  /** A database of the benchmark's own, or the address of one; absent for a store in the worker's memory. */
  readonly database?: Respondent | string | undefined;
}

const urlOf = (port: number, path = '') => `http://127.0.0.1:${port}${path}`;

const databaseUrl = (database: StageOptions['database']): string | undefined =>
  typeof database === 'object' ? urlOf(portOf(database)) : database;

/** A worker with auths to renew, a token endpoint and an event bus, each in a process of its own. */
export const startStage = async (resources: AsyncDisposableStack, { auths, database }: StageOptions) => {
  const start = (module: URL, ...args: readonly string[]) => startRespondent(resources, module, ...args);
  const provider = await start(new URL('token-endpoint.ts', import.meta.url), authorization);
  const bus = await start(new URL('event-bus.ts', import.meta.url));
  const surroundings = {
    databaseUrl: databaseUrl(database),
    eventsUrl: urlOf(portOf(bus)),
    tokenUrl: urlOf(portOf(provider), '/token'),
    clientSecret,
    auths,
  };
  const worker = await start(new URL('worker.ts', import.meta.url), JSON.stringify(surroundings));

  const counted = async (latencyMilliseconds: number) => ({
    tokens: Tokens.parse(await provider.ask({ latencyMilliseconds })),
    events: Events.parse(await bus.ask({})),
    database: typeof database === 'object' ? Usage.parse(await database.ask({})).processorSeconds : 0,
  });

  /** Makes all auths due, says that it begins, and renews them. Rejects unless each was renewed exactly once. */
  return async (latencyMilliseconds: number, begins: () => unknown = () => undefined): Promise<Round> => {
    Usage.parse(await worker.ask({ step: 'prepare' }));
    await counted(latencyMilliseconds);
    begins();
    const run = Run.parse(await worker.ask({ step: 'renew' }));
    const round = { ...run, ...(await counted(latencyMilliseconds)) };
    const { tokens, events } = round;
    if (tokens.granted !== auths || tokens.refused > 0 || events.renewals !== auths)
      throw new Error(
        `Of ${auths} auths, ${tokens.granted} were granted a token, ${tokens.refused} refused one, ${events.renewals} told of.`,
      );
    return round;
  };
};
