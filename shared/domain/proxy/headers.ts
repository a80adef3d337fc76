import { spelledAlike } from '../../protocols/apply/placed-request.ts';

type Pairs = readonly (readonly [string, string])[];

/** Between two neighbours only (RFC 9110 §7.6.1), or written anew by whoever sends. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const ownSet = new Set(['host', 'authorization', 'content-length', 'expect']);

/** By what way a request came: ours, not the service's, and what some servers believe a caller in. */
const ofTheWay = new Set([
  'forwarded',
  'via',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'x-amzn-trace-id',
  'x-host',
  'x-original-host',
  // Some front ends take the path from these: it would lead out of the base URL.
  'x-original-url',
  'x-rewrite-url',
  'x-envoy-original-path',
]);

const families = /^(?:x-forwarded-|x-amzn-tls-|x-amz-cf-|latchkey-)/;

/** Sets something on the origin or the connection that answers: that is ours, so the service must not. */
const ofTheOrigin = new Set([
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  'public-key-pins',
  'public-key-pins-report-only',
  'expect-ct',
  'clear-site-data',
  'alt-svc',
  'service-worker-allowed',
  'nel',
  'report-to',
  'reporting-endpoints',
  'accept-ch',
  'critical-ch',
  'origin-agent-cluster',
]);

/** Whose pages may read an answer from here is the deployer's to say. */
const originFamilies = /^(?:access-control-|latchkey-)/;

const named = (headers: Pairs): ReadonlySet<string> =>
  new Set(
    headers
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.split(',').map((token) => spelledAlike(token.trim()))),
  );

/** The caller's headers as they go on: without those between neighbours, those of the way to us, and ours. */
export const onwardHeaders = (headers: Pairs): Pairs => {
  const connection = named(headers);
  return headers.filter(([name]) => {
    const known = spelledAlike(name);
    return ![hopByHop, ownSet, ofTheWay, connection].some((set) => set.has(known)) && !families.test(known);
  });
};

/** The provider's headers as they come back: without those between neighbours, and those that set something on our origin. */
export const backwardHeaders = (headers: Pairs): Pairs => {
  const connection = named(headers);
  return headers.filter(([name]) => {
    const known = spelledAlike(name);
    return ![hopByHop, ofTheOrigin, connection].some((set) => set.has(known)) && !originFamilies.test(known);
  });
};
