type Pairs = readonly (readonly [string, string])[];

/** Between two neighbours only (RFC 9110 §7.6.1), or written anew by whoever sends. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Ours, our gateway's, or about the way to us: nothing that the provider should see. */
const notOnwards = (name: string): boolean =>
  ['host', 'authorization', 'content-length', 'expect', 'forwarded', 'via'].includes(name) ||
  /^(x-forwarded-|x-amzn-|x-amz-cf-|latchkey-)/.test(name);

const named = (headers: Pairs): ReadonlySet<string> =>
  new Set(
    headers
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) =>
        value
          .toLowerCase()
          .split(',')
          .map((token) => token.trim()),
      ),
  );

/** The caller's headers as they go on: without those between neighbours, and ours. */
export const onwardHeaders = (headers: Pairs): Pairs => {
  const connection = named(headers);
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !hopByHop.has(lower) && !notOnwards(lower) && !connection.has(lower);
  });
};

/** The provider's headers as they come back: all but those between neighbours, and cookies, which would be set on our origin. */
export const backwardHeaders = (headers: Pairs): Pairs => {
  const connection = named(headers);
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return (
      !hopByHop.has(lower) &&
      !connection.has(lower) &&
      lower !== 'set-cookie' &&
      !lower.startsWith('latchkey-')
    );
  });
};
