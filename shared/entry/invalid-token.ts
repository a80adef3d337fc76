import { AppError } from '../errors.ts';

/** 401 for a credential that is not, or no longer, good (RFC 6750 §3.1). The message is ASCII without quotes: a header holds it too. */
export const invalidToken = (message: string): AppError =>
  new AppError(401, 'unauthenticated', message, {
    headers: {
      'www-authenticate': `Bearer realm="latchkey", error="invalid_token", error_description="${message}"`,
    },
  });
