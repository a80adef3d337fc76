import { invalid, type AppError } from '../../../errors.ts';

/** A command that cannot become a document, and what to do about it. The message never repeats a value of the command. */
export const unreadable = (message: string): AppError =>
  invalid('unreadable_curl', 'The curl command cannot be read; see the details.', [
    { path: 'body.curl', message },
  ]);
