import type { Deps } from '../../ports.ts';

/** Waits for so many milliseconds, unless the caller goes away meanwhile: then what is next ends at once. */
export const rest = async (
  { clock }: Pick<Deps, 'clock'>,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<void> => {
  if (!signal) return clock.sleep(milliseconds);
  const { promise: gone, resolve } = Promise.withResolvers<undefined>();
  const leave = () => resolve(undefined);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  await Promise.race([clock.sleep(milliseconds), gone]);
  signal.removeEventListener('abort', leave);
  return undefined;
};
