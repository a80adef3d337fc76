interface Reading {
  /** Called with each chunk. */
  readonly goesOn: () => Promise<void> | undefined;
  /** Called once, when nobody reads any further, whatever the reason. */
  readonly ends: () => Promise<void>;
}

/** The same body, which tells while it is read and when that is over. Written out, since a generator that nobody begins ends unheard. */
export const untilRead = (
  body: AsyncIterable<Uint8Array>,
  { goesOn, ends }: Reading,
): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => {
    const inner = body[Symbol.asyncIterator]();
    return {
      next: async () => {
        try {
          const result = await inner.next();
          await (result.done ? ends() : goesOn());
          return result;
        } catch (error) {
          await ends();
          throw error;
        }
      },
      return: async () => {
        try {
          return (await inner.return?.()) ?? { done: true, value: undefined };
        } finally {
          await ends();
        }
      },
    };
  },
});
