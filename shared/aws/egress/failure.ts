/** The code of an error of the system; undefined where it has none. */
export const codeOf = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(error.code) ? error.code : undefined;
};

/**
 * The options of an error that came of another: of that one, only the code (`ECONNREFUSED`).
 * Everything else about it may hold a URL, headers or bytes of an answer.
 */
export const because = (error: unknown): ErrorOptions => {
  const code = codeOf(error);
  return code === undefined ? {} : { cause: Object.assign(new Error(code), { code }) };
};
