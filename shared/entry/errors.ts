import { AppError } from '../errors.ts';
import { errorPage } from './error-page.ts';
import type { Reply } from './http.ts';
import type { Route } from './route.ts';

const unforeseen = new AppError(
  500,
  'internal_error',
  'Something went wrong on our side. Repeat the call; if it fails again, give the request id to whoever runs this.',
);

/** The error that a caller may see. */
export const visibleError = (error: unknown): AppError => (error instanceof AppError ? error : unforeseen);

/** Makes an error an answer: the one place that does. People get a page, callers JSON; errors of ours are told from a provider's. */
export const answerError = async (
  error: unknown,
  produces: Route['produces'],
  requestId: string,
): Promise<Reply> => {
  const visible = visibleError(error);
  if (produces === 'html') return errorPage(visible);
  const { status, code, message, details, besides } = visible;
  return {
    status,
    headers: [
      ['content-type', 'application/json'],
      ['latchkey-error', code],
      ...Object.entries(visible.headers),
    ],
    body: JSON.stringify({ error: { code, message, details }, ...besides, requestId }),
  };
};
