/** Acts at once and in one piece; what it gives or throws becomes a promise's end, as it is with what is far away. */
export const settled = <T>(act: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(act());
  });
