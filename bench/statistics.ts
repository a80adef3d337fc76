const ascending = (samples: readonly number[]): Float64Array => Float64Array.from(samples).sort();

/** The nearest-rank percentile: the smallest sample that at least this percentage of all do not exceed. Throws a `RangeError` without samples. */
export const percentile = (samples: readonly number[], percentage: number): number => {
  const rank = Math.max(1, Math.ceil((percentage / 100) * samples.length));
  const found = ascending(samples)[rank - 1];
  if (found === undefined) throw new RangeError('There are no samples, or the percentage is above 100.');
  return found;
};

/** The middle sample; of an even number of samples the mean of the two in the middle. Throws a `RangeError` without samples. */
export const median = (samples: readonly number[]): number => {
  const sorted = ascending(samples);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('There are no samples.');
  return (lower + upper) / 2;
};
