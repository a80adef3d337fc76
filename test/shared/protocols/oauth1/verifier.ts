import { createHash, createHmac, verify, type KeyObject } from 'node:crypto';

type Pair = readonly [Buffer, Buffer];

/** A request as it arrives at a provider. */
interface Arrived {
  readonly method: string;
  readonly href: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | undefined;
}

interface Known {
  readonly consumerSecret: string;
  readonly tokenSecret: string;
  readonly publicKey?: KeyObject;
}

const bytesOf = (text: string): Buffer => {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const hex = text.slice(at + 1, at + 3);
    const coded = text[at] === '%' && /^[\da-fA-F]{2}$/.test(hex);
    bytes.push(coded ? Number(`0x${hex}`) : text.charCodeAt(at));
    if (coded) at += 2;
  }
  return Buffer.from(bytes);
};

const escaped = (bytes: Buffer): string => {
  let text = '';
  for (const byte of bytes) {
    const letter =
      (byte >= 48 && byte <= 57) ||
      (byte >= 65 && byte <= 90) ||
      (byte >= 97 && byte <= 122) ||
      [45, 46, 95, 126].includes(byte);
    text += letter ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
  }
  return text;
};

const pairs = (text: string): Pair[] => {
  const found: Pair[] = [];
  for (const part of text.split('&')) {
    if (part === '') continue;
    const [name = '', ...rest] = part.replaceAll('+', ' ').split('=');
    found.push([bytesOf(name), bytesOf(rest.join('='))]);
  }
  return found;
};

const fromHeader = (value: string): Pair[] =>
  [...value.matchAll(/(\w+)="([^"]*)"/g)]
    .filter(([, name]) => name !== 'realm')
    .map(([, name = '', text = '']) => [bytesOf(name), bytesOf(text)]);

/**
 * What a provider does with a signed request (RFC 5849 §3.2), written from the RFC alone: nothing here is shared with
 * what signs. Gives the reason of a refusal, or undefined.
 */
export const refusal = ({ method, href, headers, body }: Arrived, known: Known): string | undefined => {
  const header = (name: string) => headers.find(([own]) => own.toLowerCase() === name)?.[1];
  const [, scheme = '', authority = '', path = '', query = ''] =
    /^(https?):\/\/([^/?#]*)([^?#]*)\??([^#]*)/i.exec(href) ?? [];
  const isForm =
    body !== undefined && /^application\/x-www-form-urlencoded/i.test(header('content-type') ?? '');
  const all = [
    ...pairs(query),
    ...(isForm ? pairs(Buffer.from(body).toString('latin1')) : []),
    ...fromHeader(header('authorization') ?? ''),
  ];
  const named = (name: string) =>
    all.filter(([own]) => own.toString() === name).map(([, value]) => value.toString());
  const single = [
    'oauth_consumer_key',
    'oauth_token',
    'oauth_signature_method',
    'oauth_timestamp',
    'oauth_nonce',
    'oauth_signature',
    'oauth_version',
    'oauth_body_hash',
  ];
  for (const name of single) if (named(name).length > 1) return `${name} came more than once`;

  const [hash] = named('oauth_body_hash');
  const [signatureMethod = '', signature = ''] = [
    ...named('oauth_signature_method'),
    ...named('oauth_signature'),
  ];
  const algorithm = signatureMethod === 'HMAC-SHA256' ? 'sha256' : 'sha1';
  if (hash !== undefined && isForm) return 'a form has no body hash';
  if (
    hash !== undefined &&
    hash !==
      createHash(algorithm)
        .update(body ?? '')
        .digest('base64')
  )
    return 'wrong body hash';

  const text = all
    .filter(([name]) => name.toString() !== 'oauth_signature')
    .map(([name, value]) => [Buffer.from(escaped(name)), Buffer.from(escaped(value))] as const)
    .sort(
      ([name, value], [other, otherValue]) =>
        Buffer.compare(name, other) || Buffer.compare(value, otherValue),
    )
    .map(([name, value]) => `${name.toString()}=${value.toString()}`)
    .join('&');
  const host = authority.toLowerCase().replace(scheme.toLowerCase() === 'http' ? /:80$/ : /:443$/, '');
  const base = [method.toUpperCase(), `${scheme.toLowerCase()}://${host}${path || '/'}`, text]
    .map((part) => escaped(Buffer.from(part)))
    .join('&');
  const key = [known.consumerSecret, known.tokenSecret].map((part) => escaped(Buffer.from(part))).join('&');
  if (signatureMethod === 'PLAINTEXT') return signature === key ? undefined : 'wrong secrets';
  if (signatureMethod === 'RSA-SHA1')
    return known.publicKey &&
      verify('sha1', Buffer.from(base), known.publicKey, Buffer.from(signature, 'base64'))
      ? undefined
      : 'wrong RSA signature';
  return createHmac(algorithm, key).update(base).digest('base64') === signature
    ? undefined
    : `wrong signature of ${base}`;
};
