/** What web pages of the configured origins may do (Fetch §3.2.2): said by the functions, and on AWS by API Gateway for them. */
export const corsMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** The headers that such a page may send besides those that need no leave. */
export const corsHeaders = [
  'authorization',
  'content-type',
  'accept',
  'idempotency-key',
  'if-match',
  'if-none-match',
] as const;

/** The headers of an answer that its scripts may read besides those that they always can. */
export const corsExposed = [
  'etag',
  'retry-after',
  'idempotent-replayed',
  'latchkey-error',
  'latchkey-request-id',
  'www-authenticate',
] as const;

/** How long a browser may keep to what it was told. Seconds. */
export const corsMaxAge = 600;
