import { createHash } from 'node:crypto';
import type { SignatureMethod } from './signature.ts';

/**
 * `oauth_body_hash`: the hash of the body as it is sent, of no bytes when there is none (OAuth Request Body Hash, §3.2).
 * It is the hash of the signature's own method, SHA-1 for those that have none.
 */
export const bodyHash = (method: SignatureMethod, body: Uint8Array | undefined): string =>
  createHash(method === 'HMAC-SHA256' ? 'sha256' : 'sha1')
    .update(body ?? new Uint8Array())
    .digest('base64');
