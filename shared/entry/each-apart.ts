/**
 * Does something for each of what a message names, one after another, and goes on when it fails for one, so that this one does
 * not keep the others waiting behind it. Rejects with an `AggregateError` after the last, so that the message is repeated.
 */
export const eachApart = async <T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> => {
  const failures: unknown[] = [];
  for (const item of items) await run(item).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, 'Some of what a message names failed.');
};
