const most = 10;

/** Does the same for many items, a few at a time. One that fails keeps no other from its turn; rejects with all that failed. */
export const sideBySide = async <T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> => {
  const waiting = items.values();
  const failures: unknown[] = [];
  const work = async () => {
    for (const item of waiting) await act(item).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: most }, work));
  if (failures.length > 0)
    throw new AggregateError(failures, `${String(failures.length)} of ${String(items.length)} failed.`);
};
