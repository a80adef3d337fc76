import { invalid } from '../../errors.ts';

const forbidden = new Set(['CONNECT', 'TRACE', 'TRACK']);

/**
 * Rejects with 422 for a method that no proxy with credentials can pass on: a tunnel is no call, and TRACE has the service answer with
 * the request as it came, the credential in it (RFC 9110 §9.3.6 and §9.3.8).
 */
export const demandSendable = (method: string): void => {
  const known = method.toUpperCase();
  if (forbidden.has(known))
    throw invalid(
      'unusable_request',
      `${known} cannot be sent through Latchkey, as it would lead past it or show the credential.`,
    );
};
