/**
 * Does the same for many items, at most so many at a time, 10 if it is not said. One that fails keeps no other from its turn.
 * Rejects with an `AggregateError` after the last, so that a message is repeated.
 */
export const sideBySide = async <T>(
  items: readonly T[],
  act: (item: T) => Promise<void>,
  most = 10,
): Promise<void> => {
  const waiting = items.values();
  const failures: unknown[] = [];
  const work = async () => {
    for (const item of waiting) await act(item).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: most }, work));
  if (failures.length > 0)
    throw new AggregateError(failures, `${String(failures.length)} of ${String(items.length)} failed.`);
};

const batch = 100;

/**
 * The same for what is read meanwhile, however long that is: what was read is done before more is, so that who is cut off has got on.
 * One that fails keeps no other from its turn.
 */
export const throughout = async <T>(
  items: AsyncIterable<T>,
  act: (item: T) => Promise<void>,
): Promise<void> => {
  const failures: unknown[] = [];
  let read: T[] = [];
  const work = async () => {
    await sideBySide(read, act).catch((error: unknown) => failures.push(error));
    read = [];
  };
  for await (const item of items) if (read.push(item) === batch) await work();
  await work();
  if (failures.length > 0) throw new AggregateError(failures, 'Some failed.');
};
