import autocannon from 'autocannon';

/** Where calls go, and what they bear. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A target, and the process whose time it takes. */
export interface Way extends Target {
  readonly pid: number;
}

export interface Load {
  readonly connections: number;
  /** For how long, or how many calls in all. */
  readonly during: { readonly seconds: number } | { readonly calls: number };
  /** All connections together; as many as there can be when left out. */
  readonly callsPerSecond?: number;
}

export interface Measured {
  /** How long each call took, in milliseconds. */
  readonly latencies: readonly number[];
  readonly seconds: number;
}

/** Calls a target over kept connections, each with one call at a time. Rejects when a call fails or is not answered by 2xx. */
export const load = async (
  { url, headers }: Target,
  { connections, during, callsPerSecond }: Load,
): Promise<Measured> => {
  const latencies: number[] = [];
  const amount = {
    ...('calls' in during ? { amount: during.calls } : { duration: during.seconds }),
    ...(callsPerSecond !== undefined && { overallRate: callsPerSecond }),
  };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      { url, headers: { ...headers }, connections, ...amount },
      (error: unknown, done) => (error instanceof Error ? reject(error) : resolve(done)),
    );
    // The tool's own histogram knows whole milliseconds only.
    instance.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
  });
  const { non2xx, errors, timeouts } = result;
  if (non2xx + errors + timeouts > 0) {
    throw new Error(
      `Of ${latencies.length} calls, ${non2xx} were refused, ${errors} failed, ${timeouts} took too long.`,
    );
  }
  return { latencies, seconds: result.duration };
};
