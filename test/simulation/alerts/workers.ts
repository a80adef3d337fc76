import { provide } from '#shared/deps.ts';
import type { Deps } from '#shared/ports.ts';
import { portsOf } from './ports.ts';
import type { Timeline } from './timeline.ts';
import type { Process, Skies } from './weather.ts';

interface World {
  readonly deps: Deps;
  readonly timeline: Timeline;
  readonly skies: Skies;
}

/** A function of the product, as what starts it calls it. */
export type Handler = (event: unknown) => Promise<unknown>;

/** The module below functions/ as Lambda loads it. */
export const load = async (entry: string): Promise<Handler> =>
  ((await import(`#functions/${entry}`)) as { handler: Handler }).handler;

const nothing = () => undefined;

/** The instances of one function: each does one thing at a time, and its memory lives until it is killed. */
export const workersOf = (
  world: World,
  name: string,
  { handler, seconds }: { handler: Handler; seconds: number },
) => {
  const idle: { readonly process: Process; readonly ports: Deps }[] = [];

  const another = () => {
    const process: Process = { name, dead: false, died: nothing };
    return { process, ports: portsOf(world, process) };
  };

  /** Does one thing after the other in one instance; what died or was cut off answers nothing for it and what is behind it. */
  return (events: readonly unknown[], ended: (answers: readonly unknown[]) => void): void => {
    const worker = idle.pop() ?? another();
    const { process, ports } = worker;
    const answers: unknown[] = [];
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      process.died = nothing;
      if (!process.dead) idle.push(worker);
      ended(answers);
    };
    process.died = end;
    const work = async () => {
      for (const event of events) {
        // The function asks for its ports when it is called, before it first waits.
        provide(ports);
        answers.push(await handler(event));
      }
    };
    work().then(end, end);
    world.timeline.later(seconds * 1000, () => {
      if (!over) world.skies.kill(process);
    });
  };
};
