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
