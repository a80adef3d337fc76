import * as z from 'zod';
import { AppError, firstDetails, type ErrorDetail } from '../../errors.ts';
import { spelledAlike } from '../../protocols/apply/placed-request.ts';
import type { CallOptions } from './options.ts';

type Pairs = readonly (readonly [string, string])[];

const prefix = 'latchkey-';

/** A number as a header writes it: digits, and where `decimals` are taken, up to three of them. */
const number = (least: number, most: number, decimals = false) =>
  z
    .string()
    .regex(decimals ? /^\d{1,9}(?:\.\d{1,3})?$/ : /^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));

const Redirects = z
  .string()
  .regex(/^\d{1,2}(?:\s*;\s*keep-(?:method|authorization))*$/i)
  .transform((text) => {
    const [most, ...flags] = text
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    const has = (flag: string) => flags.includes(flag);
    const keeps = { keepMethod: has('keep-method'), keepAuthorization: has('keep-authorization') };
    return { most: Number(most), ...keeps };
  })
  .refine(({ most }) => most <= 20);

/** Each header that carries an option: how it is read, and what is said when it cannot be. */
const options: Readonly<Record<string, { expected: string; read: z.ZodType<CallOptions> }>> = {
  timeout: {
    expected: 'Expected seconds, from 0.001 to 900, such as 2.5.',
    read: number(0.001, 900, true).transform((seconds) => ({ timeoutMilliseconds: seconds * 1000 })),
  },
  retries: {
    expected: 'Expected a whole number from 0 to 5.',
    read: number(0, 5).transform((retries) => ({ retries })),
  },
  'follow-redirects': {
    expected:
      'Expected a whole number from 0 to 20, and after semicolons keep-method or keep-authorization, such as 5; keep-method.',
    read: Redirects.transform((redirects) => ({ redirects })),
  },
  decode: {
    expected: 'Expected true or false.',
    read: z.enum(['true', 'false']).transform((text) => ({ decode: text === 'true' })),
  },
  items: {
    expected: 'Expected a whole number from 1 to 1000000.',
    read: number(1, 1_000_000).transform((mostItems) => ({ mostItems })),
  },
};

const known = new Map(Object.entries(options));

const names = [...known.keys()].map((name) => prefix + name).join(', ');

/** The header may bear anything after the prefix; only a short piece of it is repeated. */
const pathOf = (name: string): string => `headers.${name.toLowerCase().slice(0, 60)}`;

const wrong = (name: string, message: string): ErrorDetail => ({ path: pathOf(name), message });

const read = (name: string, value: string): CallOptions | ErrorDetail => {
  const option = name.includes('_') ? undefined : known.get(name.slice(prefix.length));
  if (!option) return wrong(name, `There is no such option. There are ${names}.`);
  const parsed = option.read.safeParse(value.trim());
  return parsed.success ? parsed.data : wrong(name, option.expected);
};

/**
 * The options of a call that its headers carry: all that begin with `Latchkey-`, none of which goes on to the service.
 * Rejects with 400, naming each header that there is not, that comes twice or that cannot be read.
 */
export const optionsOf = (headers: Pairs): CallOptions => {
  const given = headers.filter(([name]) => spelledAlike(name).startsWith(prefix));
  if (given.length === 0) return {};
  const groups = Map.groupBy(given, ([name]) => name.toLowerCase());
  const results = [...groups].map(([name, pairs]) => {
    const [first, ...more] = pairs.map(([, value]) => value);
    return more.length > 0 ? wrong(name, 'Expected this header once.') : read(name, first ?? '');
  });
  const details = results.filter((result) => 'message' in result);
  if (details.length === 0) return results.reduce<CallOptions>((all, one) => ({ ...all, ...one }), {});
  throw new AppError(
    400,
    'invalid_request',
    'A header of the request is not as it should be; see the details.',
    {
      details: firstDetails(details, 'headers'),
    },
  );
};
