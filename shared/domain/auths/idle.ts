import type { Auth } from './auth.ts';

const patience = 3 * 86_400_000;

/**
 * Whether nobody has any use for an auth just now: neither used in a proxied call nor consented to for three days (design,
 * section 9). It is only kept alive then: renewed about once a day and no longer ahead of each end of its access token.
 *
 * What is lost: the first call after such days waits for a renewal, and fails if the provider does not answer just then. That
 * call marks the auth as used, and the next ones find it ahead again (ADR 0016).
 */
export const isIdle = (
  { usedAt = 0, consentedAt }: Pick<Auth, 'usedAt' | 'consentedAt'>,
  now: number,
): boolean => now - Math.max(usedAt, consentedAt) >= patience;
