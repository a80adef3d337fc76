import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Unsealable, type Random } from './ports.ts';

const algorithm = 'aes-256-gcm';
const version = 1;
const nonceLength = 12;
const tagLength = 16;
const headLength = 1 + nonceLength;

interface Sealing {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** What the sealed text belongs to; it opens under the same words alone (associated data). */
  readonly purpose: string;
}

/**
 * Seals text with AES-256-GCM (NIST SP 800-38D): base64url of a version byte, a nonce of 12 random bytes, the
 * ciphertext and a tag of 16 bytes. Random nonces hold for 2^32 texts a key. Throws when the key is not 32 bytes.
 */
export const sealText = ({ key, purpose }: Sealing, text: string, random: Random): string => {
  const nonce = random.bytes(nonceLength);
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(purpose, 'utf8'));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([Uint8Array.of(version), nonce, sealed, cipher.getAuthTag()]).toString('base64url');
};

/** Opens what `sealText` made. Throws `Unsealable`. */
export const openText = ({ key, purpose }: Sealing, sealed: string): string => {
  const bytes = Buffer.from(sealed, 'base64url');
  // Base64url can be written in several ways; only the one that was made counts as unchanged.
  const canonical = bytes.toString('base64url') === sealed;
  if (!canonical || bytes.length < headLength + tagLength || bytes[0] !== version) throw new Unsealable();
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(1, headLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(Buffer.from(purpose, 'utf8'));
  decipher.setAuthTag(bytes.subarray(-tagLength));
  try {
    return Buffer.concat([
      decipher.update(bytes.subarray(headLength, -tagLength)),
      decipher.final(),
    ]).toString();
  } catch (cause) {
    throw new Unsealable({ cause });
  }
};
