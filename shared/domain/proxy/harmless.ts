import type { Outgoing } from './send.ts';

/** RFC 9110 §9.2.2, without TRACE, which is never sent. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Whether doing it twice is as good as once: by its method, or because the provider tells repeats by a key. */
export const harmless = ({ method, headers }: Pick<Outgoing, 'method' | 'headers'>): boolean =>
  idempotent.has(method.toUpperCase()) ||
  headers.some(([name, value]) => name.toLowerCase() === 'idempotency-key' && value.trim() !== '');
