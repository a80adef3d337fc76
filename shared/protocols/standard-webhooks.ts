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

const signature = (key: Secret, { id, timestamp, body }: Message): string => {
  const bytes = Buffer.from(key.reveal().slice(prefix.length), 'base64');
  const hash = createHmac('sha256', bytes)
    .update(`${id}.${String(timestamp)}.${body}`)
    .digest('base64');
  return `v1,${hash}`;
};

/**
 * The headers of a signed webhook (Standard Webhooks 1.0, "Signature scheme": HMAC-SHA256 over id, timestamp and raw body).
 * With several keys it bears a signature by each, so that a receiver may change over in between ("Zero downtime secret rotation").
 */
export const signedHeaders = (
  keys: readonly Secret[],
  message: Message,
): readonly (readonly [string, string])[] => [
  ['webhook-id', message.id],
  ['webhook-timestamp', String(message.timestamp)],
  ['webhook-signature', keys.map((key) => signature(key, message)).join(' ')],
];
