import type { Auth } from './auth.ts';

/**
 * An auth that was given up, and then a late winner brought what may be the live token after all (design, section 8.5). It stays
 * given up until a renewal with that token has proved it: else one end would be told twice.
 */
export const onTrial = ({ state, refreshAt }: Auth): boolean =>
  state === 'needs_reconnect' && refreshAt !== undefined;
