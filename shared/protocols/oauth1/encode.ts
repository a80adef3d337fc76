const encodedBytes = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

const encodedByte = (byte: number): string => encodedBytes[byte] ?? '';

/** Percent-encodes the UTF-8 bytes of a text; letters, digits and `-._~` stay as they are (RFC 5849 §3.6). */
export const encode = (text: string): string =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[^\w.~-]/g, (byte) => encodedByte(byte.charCodeAt(0)));

/**
 * Brings what stands between `&` and `=` of a form or a query into the encoding of §3.6: percent-encoding is undone, `+`
 * becomes a space, and each byte is encoded again. Of the text each character is one byte (Latin-1). It never becomes
 * text in between, so that bytes which are no UTF-8 keep their value; a `%` that begins nothing stands for itself.
 */
export const encodeAgain = (raw: string): string =>
  raw.replace(/%[\da-f]{2}|[^\w.~-]/gi, (part) => {
    if (part === '+') return '%20';
    const byte = part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0);
    const character = String.fromCharCode(byte);
    return /[\w.~-]/.test(character) ? character : encodedByte(byte);
  });
