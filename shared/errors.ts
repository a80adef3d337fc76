import * as z from 'zod';

/** One thing that is wrong with the input: where it stands (`body.auth.tokenUrl`) and what would be right. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  undefined: 'nothing',
};

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (Number.isNaN(value)) return 'something else';
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a fraction, or too large';
  return kinds[typeof value] ?? 'of another kind';
};

/** Tells apart what was left out from what is of the wrong kind; the value itself is never told. */
const instead = (value: unknown): string =>
  value === undefined ? 'it is missing' : `it is ${kindOf(value)}`;

const quoted = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value)).join(', ');

const units: Readonly<Record<string, readonly [string, string]>> = {
  string: ['character', 'characters'],
  array: ['item', 'items'],
};

const amount = (origin: string, bound: number | bigint): string => {
  const [one, many] = units[origin] ?? ['', ''];
  return `${String(bound)} ${Number(bound) === 1 ? one : many}`.trim();
};

const formats: Readonly<Record<string, string>> = {
  url: 'Expected a URL that begins with https://.',
  datetime: 'Expected a time in ISO 8601 and UTC, such as 2026-01-31T09:00:00Z.',
  email: 'Expected an e-mail address, such as ops@acme.example.',
};

const ofFormat = (issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidStringFormat>): string => {
  const { prefix, pattern } = issue;
  if (typeof prefix === 'string') return `Expected a text that begins with ${prefix}.`;
  return formats[issue.format] ?? `Expected a text of the form ${pattern ?? issue.format}.`;
};

/** What would be right, as a sentence for whoever sent the value. Schemas that say it better themselves come first. */
const sentence = (issue: z.core.$ZodRawIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `Expected ${kinds[issue.expected] ?? issue.expected}; ${instead(issue.input)}.`;
    case 'invalid_value':
      return `Expected ${issue.values.length === 1 ? '' : 'one of '}${quoted(issue.values)}${issue.input === undefined ? '; it is missing' : ''}.`;
    case 'too_big':
      return `Expected at most ${amount(issue.origin, issue.maximum)}.`;
    case 'too_small':
      return `Expected at least ${amount(issue.origin, issue.minimum)}.`;
    case 'invalid_format':
      return ofFormat(issue);
    case 'unrecognized_keys':
      return 'There is no such member here: leave it out, or correct how its name is written.';
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'Expected another name.';
    case 'invalid_union':
      return Array.isArray(issue.options)
        ? `Expected one of ${quoted(issue.options)}.`
        : 'Expected one of the forms that the documentation names.';
    default:
      return 'Expected another value: see the documentation of this member.';
  }
};

// The words of the library are for programmers: this is the one place that says them for people.
z.config({ customError: sentence });

/** What a schema finds wrong, one thing each: of several members that are not known, each is an issue of its own. */
export const issuesOf = ({ issues }: z.ZodError): readonly z.core.$ZodIssue[] =>
  issues.flatMap((issue): z.core.$ZodIssue[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ ...issue, keys: [key], path: [...issue.path, key] }))
      : [issue],
  );

const mostDetails = 50;
const longestName = 100;

const pathOf = (part: string, path: readonly PropertyKey[]): string =>
  [part, ...path.map((name) => String(name).slice(0, longestName).toWellFormed())].join('.');

/** Of many things that are wrong the first, and how many more there are. */
const firstOf = <T>(
  wrong: readonly T[],
  part: string,
  detail: (one: T) => ErrorDetail,
): readonly ErrorDetail[] => {
  const first = wrong.slice(0, mostDetails).map(detail);
  const more = wrong.length - first.length;
  if (more === 0) return first;
  return [...first, { path: part, message: `${String(more)} more things are wrong: correct these first.` }];
};

/** The first of many details, and how many more there are. `part` is where all of them are. */
export const firstDetails = (details: readonly ErrorDetail[], part: string): readonly ErrorDetail[] =>
  firstOf(details, part, (detail) => detail);

/** What a schema finds wrong, each by its path below `part`, the first 50. The messages hold no value. */
export const issueDetails = (error: z.ZodError, part: string): readonly ErrorDetail[] =>
  firstOf(issuesOf(error), part, ({ path, message }) => ({ path: pathOf(part, path), message }));

interface AppErrorOptions {
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What the answer holds beside the error, for the caller alone: it is never logged. */
  readonly besides?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * An error that a caller may see: an HTTP status, a stable code and a sentence that says what is wrong and what to do.
 * Everything else that is thrown becomes a 500 without a word of its text.
 */
export class AppError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[];
  readonly headers: Readonly<Record<string, string>>;
  readonly besides: Readonly<Record<string, unknown>>;

  constructor(status: number, code: string, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.status = status;
    this.code = code;
    this.details = options.details ?? [];
    this.headers = options.headers ?? {};
    this.besides = options.besides ?? {};
  }
}

/** 404 for a thing that does not exist, or that the caller may not know of: both read the same. */
export const notFound = (noun: string, advice = 'Check the id, and that the key may see its workspace.') =>
  new AppError(404, `${noun}_not_found`, `There is no such ${noun.replaceAll('_', ' ')}. ${advice}`);

/** 422 for input of the right form that cannot be meant; each detail names a field. */
export const invalid = (code: string, message: string, details: readonly ErrorDetail[] = []) =>
  new AppError(422, code, message, { details });

/** 409 for an act that the present state does not allow. */
export const conflict = (code: string, message: string, details: readonly ErrorDetail[] = []) =>
  new AppError(409, code, message, { details });
