/** What a provider sent back to the redirect URI (RFC 6749 §4.1.2). */
export type CallbackVerdict =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'refused'; readonly code: string; readonly description: string | undefined }
  | { readonly kind: 'malformed'; readonly reason: string };

const single = ['state', 'code', 'error', 'iss'];

/** The provider's own code, kept only when it has the form that RFC 6749 §4.1.2.1 gives it. */
const errorCode = (text: string) =>
  /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(text) ? text : 'unreadable_error';

/** Judges the parameters of a callback. A doubled parameter is refused: which of the two was meant nobody knows. */
export const judgeCallback = (query: URLSearchParams): CallbackVerdict => {
  const doubled = single.find((name) => query.getAll(name).length > 1);
  if (doubled) return { kind: 'malformed', reason: `The parameter ${doubled} came twice.` };
  const error = query.get('error');
  if (error !== null) {
    return {
      kind: 'refused',
      code: errorCode(error),
      description: query.get('error_description')?.slice(0, 500),
    };
  }
  const code = query.get('code');
  if (!code) return { kind: 'malformed', reason: 'The provider sent neither a code nor an error.' };
  return { kind: 'code', code };
};

/** The state of a callback; undefined when there is none, or two. */
export const callbackState = (query: URLSearchParams): string | undefined => {
  const [state, ...others] = query.getAll('state');
  return others.length === 0 ? state : undefined;
};
