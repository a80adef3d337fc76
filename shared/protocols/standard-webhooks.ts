import { createHmac } from 'node:crypto';
import { secret, type Secret } from '../secret.ts';

const prefix = 'whsec_';

/** A signing secret as Standard Webhooks writes it: `whsec_` and base64. */
export const signingSecret = (bytes: Uint8Array): Secret =>
  secret(prefix + Buffer.from(bytes).toString('base64'));

interface Message {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/** The headers of a signed webhook (Standard Webhooks 1.0, "Signature scheme": HMAC-SHA256 over id, timestamp and raw body). */
export const signedHeaders = (
  key: Secret,
  { id, timestamp, body }: Message,
): readonly (readonly [string, string])[] => {
  const bytes = Buffer.from(key.reveal().slice(prefix.length), 'base64');
  const signature = createHmac('sha256', bytes)
    .update(`${id}.${String(timestamp)}.${body}`)
    .digest('base64');
  return [
    ['webhook-id', id],
    ['webhook-timestamp', String(timestamp)],
    ['webhook-signature', `v1,${signature}`],
  ];
};
