import { unreadable } from './unreadable.ts';

/** POSIX.1-2024 §2.2.4, and what bash knows besides. */
const letters: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const escape =
  /\\(?:x([\da-fA-F]{1,2})|u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8})|([0-7]{1,3})|c([\s\S])|([\s\S]))/gy;
const plain = /[^'\\]+/y;

const character = (code: number): string => {
  if (code > 0x10_ff_ff) throw unreadable("An escape in $'…' is beyond the last character that there is.");
  // One at a time: two halves of a character may be written apart.
  return code > 0xff_ff ? String.fromCodePoint(code) : String.fromCharCode(code);
};

/** What an escape stands for: a byte as a number, everything else as text. */
const meant = ([whole, hex, short, long, octal, control, letter = '']: RegExpExecArray): string | number => {
  if (hex !== undefined && whole.startsWith('\\x')) return Number.parseInt(hex, 16);
  if (octal !== undefined) return Number.parseInt(octal, 8) & 0xff;
  if (control !== undefined && whole.startsWith('\\c')) return control.charCodeAt(0) & 0x1f;
  const code = short ?? long;
  if (code !== undefined) return character(Number.parseInt(code, 16));
  // What is no escape keeps its backslash, as in bash.
  return letters[letter] ?? (`'"?\\`.includes(letter) ? letter : whole);
};

/** Bytes may be parts of characters, and halves of characters may be escapes of their own: both are put together first. */
const joined = (parts: readonly (string | number)[]): string => {
  const bytes: Uint8Array[] = [];
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      bytes.push(Buffer.from(text), Buffer.of(part));
      text = '';
    }
  }
  try {
    const all = Buffer.concat([...bytes, Buffer.from(text)]);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(all);
  } catch {
    throw unreadable("What stands in $'…' is not UTF-8: send such a body as base64.");
  }
};

/** Reads `$'…'` from behind its first quote on; `end` is behind the last one. */
export const readAnsiC = (text: string, start: number): { readonly value: string; readonly end: number } => {
  const parts: (string | number)[] = [];
  let at = start;
  while (text[at] !== "'") {
    const pattern = text[at] === '\\' ? escape : plain;
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) throw unreadable("A quote that $' opens is not closed.");
    parts.push(pattern === plain ? found[0] : meant(found));
    at = pattern.lastIndex;
  }
  return { value: joined(parts), end: at + 1 };
};
