import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { matcher } from '#shared/entry/match.ts';
import { reactions, takes } from '#functions/reactions.ts';
import { routes } from '#functions/routes.ts';
import { schedules } from '#functions/schedules.ts';
import { call, react, type Answered, type Sent } from '../../support/api.ts';
import { passing, world } from '../../support/deps.ts';
import { capturedOutput } from '../../support/output.ts';
import { recorded } from '../tenants/recorder.ts';
import { plantedProvider } from './planted-provider.ts';

const table = routes.map(({ noun, route }) => ({ noun, route, match: matcher(route) }));
export const load = async (entry: string): Promise<unknown> =>
  ((await import(`#functions/${entry}`)) as { handler: unknown }).handler;

export interface Seen {
  readonly route: string;
  readonly sent: Sent;
  readonly answered: Answered;
}

/** A world in which every secret that is made is known, and every answer, log line and read of the store is written down. */
export const plantedWorld = async () => {
  const plain = await world();
  const { asked, owners, deps } = recorded(plain.deps);
  const w = { ...plain, deps };
  provide(w.deps);
  const { provider, answers } = plantedProvider();
  w.http.answers(answers);
  const output = capturedOutput();
  const key = (await firstKey(w.deps, w.organizationId)).reveal();
  const seen: Seen[] = [];
  /** What chance has made, by what it is. */
  const drawn = new Map([['first key', key.split('_').at(-1) ?? '']]);

  /** Calls the function that API Gateway would, and writes down what it answered. */
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    parts: Partial<Sent> & { as?: string } = {},
  ): Promise<Answered> => {
    const here = table.filter(({ match }) => match.path({ path }));
    const found = here.find(({ match }) => match.method({ method })) ?? here[0];
    const { as = key, headers, ...rest } = parts;
    const sent = { method, path, body, ...rest, headers: { authorization: `Bearer ${as}`, ...headers } };
    const answered = await passing(
      w.clock,
      call(await load(`${found?.noun ?? 'api'}/lambda.ts`), sent),
      1000,
    );
    seen.push({ route: found?.match.method({ method }) ? found.route.name : 'none', sent, answered });
    return answered;
  };

  let told = 0;
  /** Does what all events published so far ask for, and what that asks for in turn. */
  const settle = async () => {
    for (; told < w.bus.events.length && told < 20_000; told += 1) {
      const event = w.bus.events[told]!;
      for (const reaction of reactions.filter((each) => takes(each, event.type)))
        await passing(w.clock, react(await load(reaction.entry), [event]), 1000);
    }
  };

  /** Lets time pass, with the schedules at work. */
  const live = async (milliseconds: number, steps = 6) => {
    for (let step = 0; step < steps; step += 1) {
      await w.clock.advance(milliseconds / steps);
      for (const { entry } of schedules)
        await passing(w.clock, ((await load(entry)) as () => Promise<unknown>)(), 1000);
      await settle();
    }
  };

  return { w, key, asked, owners, provider, output, seen, drawn, send, settle, live };
};

export type Planted = Awaited<ReturnType<typeof plantedWorld>>;
