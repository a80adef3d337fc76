import type * as z from 'zod';

/** One thing that is wrong with the input: where it stands (`body.auth.tokenUrl`) and what would be right. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}

/** What a schema finds wrong, each by its path below `part`. The messages hold no value. */
export const issueDetails = (error: z.ZodError, part: string): readonly ErrorDetail[] =>
  error.issues.map(({ path, message }) => ({ path: [part, ...path.map(String)].join('.'), message }));

interface AppErrorOptions {
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;
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

  constructor(status: number, code: string, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.status = status;
    this.code = code;
    this.details = options.details ?? [];
    this.headers = options.headers ?? {};
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
