import { expect, it } from '@jest/globals';
import { AppError } from '#shared/errors.ts';
import { startPatience } from '#shared/entry/patience.ts';

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

it.each(['before', 'while'])(
  'leaves no timer behind when the caller goes away %s it is worked on',
  (when) => {
    const caller = new AbortController();
    const before = timers();
    if (when === 'before') caller.abort();
    const late = () => new AppError(504, 'late', 'Late.');
    const context = { signal: caller.signal } as Parameters<typeof startPatience>[0];
    const { signal } = startPatience(context, { milliseconds: 900_000, late });
    caller.abort();
    expect(signal.reason).toMatchObject({ code: 'caller_gone' });
    expect(timers()).toBe(before);
  },
);
