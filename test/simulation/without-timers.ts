/** The deadlines of calls are the provider's business here: no real timer runs. */
export const withoutTimers = async <T>(work: () => Promise<T>): Promise<T> => {
  const real = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = () => new AbortController().signal;
  try {
    return await work();
  } finally {
    AbortSignal.timeout = real;
  }
};
