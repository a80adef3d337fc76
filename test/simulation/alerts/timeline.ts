import type { Clock } from '#shared/ports.ts';

interface Task {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

const before = (one: Task, other: Task): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** Tasks of which the first is at hand (a binary heap): hundreds of thousands lie in wait over sixty days. */
const tasksInOrder = () => {
  const heap: Task[] = [];
  const add = (task: Task) => {
    let place = heap.length;
    for (let above = (place - 1) >> 1; place > 0 && before(task, heap[above]!); above = (place - 1) >> 1) {
      heap[place] = heap[above]!;
      place = above;
    }
    heap[place] = task;
  };
  const take = () => {
    const [first] = heap;
    const last = heap.pop()!;
    let place = 0;
    for (let below = 1; below < heap.length; below = 2 * place + 1) {
      if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!)) below += 1;
      if (before(last, heap[below]!)) break;
      heap[place] = heap[below]!;
      place = below;
    }
    if (heap.length > 0) heap[place] = last;
    return first!;
  };
  return { add, take, first: () => heap[0] };
};

const turn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

/** Virtual time that jumps from one thing that happens to the next, each done to its end before the next. */
export const timelineOf = (start: number) => {
  const tasks = tasksInOrder();
  let now = start;
  let count = 0;

  const later = (milliseconds: number, run: () => void): void => {
    count += 1;
    tasks.add({ at: now + Math.max(milliseconds, 0), order: count, run });
  };

  const clock: Clock = {
    now: () => now,
    sleep: (milliseconds) =>
      milliseconds <= 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            later(milliseconds, resolve);
          }),
  };

  /** Lets all happen until a moment, which is the time then. */
  const runUntil = async (end: number): Promise<void> => {
    for (let next = tasks.first(); next && next.at <= end; next = tasks.first()) {
      now = next.at;
      tasks.take().run();
      await turn();
    }
    now = end;
  };

  return { clock, now: clock.now, later, runUntil };
};

export type Timeline = ReturnType<typeof timelineOf>;
