/**
 * Shifts `Date.now()` and `new Date()` of this thread and answers with the function that sets the shift, in milliseconds.
 * For a worker thread alone: each thread has a `Date` of its own, so nobody else's time is touched.
 */
export const shiftClock = (offsetMilliseconds: number): ((offsetMilliseconds: number) => void) => {
  let offset = offsetMilliseconds;
  const real = Date;
  const realNow = Date.now;
  const now = () => realNow() + offset;
  globalThis.Date = new Proxy(real, {
    apply: () => new real(now()).toString(),
    construct: (target, given: unknown[], newTarget) => {
      const made: unknown = Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget);
      return made instanceof real ? made : new real(now());
    },
  });
  globalThis.Date.now = now;
  return (milliseconds) => {
    offset = milliseconds;
  };
};
