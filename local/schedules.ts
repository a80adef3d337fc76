import { schedules } from '#functions/schedules.ts';
import { context, type Handler } from './functions.ts';

const minute = 60_000;

/** The schedules on a timer, and each of them now. */
export const startSchedules = (handlers: ReadonlyMap<string, Handler>) => {
  const run = async (name: string): Promise<boolean> => {
    const schedule = schedules.find((each) => each.name === name);
    const handler = schedule && handlers.get(schedule.entry);
    if (!handler) return false;
    await handler({}, context(name));
    return true;
  };
  // A job that failed has logged why; the next tick tries again.
  const timers = schedules.map(({ name, everyMinutes }) =>
    setInterval(() => void run(name).catch(() => undefined), everyMinutes * minute),
  );
  return {
    run,
    stop: () => {
      timers.forEach(clearInterval);
    },
  };
};
