import type { Secret } from '../secret.ts';
import { spellings } from './spellings.ts';

const gone = '…';
const longest = 200;

/** Shorter values are struck out only where they stand alone, or no sentence would be left of "us" or "1". */
const shortest = 4;

/** A piece of a secret that is this long is struck out too: providers like to show how a token begins. */
const tellingPiece = 8;

const fold = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

const isLetter = (letter: string | undefined): boolean =>
  letter !== undefined && /[\p{L}\p{N}]/u.test(letter);

const without = (text: string, part: string): string => {
  const [folded, sought] = [fold(text), fold(part)];
  let kept = '';
  let at = 0;
  for (let found = folded.indexOf(sought); found >= 0; found = folded.indexOf(sought, found + 1)) {
    const end = found + sought.length;
    const alone = !isLetter(text[found - 1]) && !isLetter(text[end]);
    if (found < at || (sought.length < shortest && !alone)) continue;
    kept += text.slice(at, found) + gone;
    at = end;
  }
  return kept + text.slice(at);
};

const withoutKnown = (text: string, parts: readonly string[]): string =>
  parts.reduce((rest, part) => without(rest, part), text);

const withoutPieces = (text: string, known: readonly string[]): string => {
  const folded = known.map(fold);
  return text.replace(/[\w+/=~%-]+/g, (word) =>
    word.length >= tellingPiece && folded.some((value) => value.includes(fold(word))) ? gone : word,
  );
};

/** Line breaks and all that is not seen would hide what is struck out next. */
const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\p{Cf}+/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

/** A URL tells where, not what with: neither user, query nor fragment. */
const withoutQueries = (text: string): string =>
  text.replace(/\b[a-z][a-z\d+.-]{0,19}:\/\/[^\s"'<>]+/gi, (url) =>
    url.replace(/[?#].*$/, '').replace(/^([^/]+\/\/)[^/]*@/, '$1'),
  );

const names =
  '(?:token|secret|code|passwor[dt]|passwd|pwd|key|assertion|verifier|authorization|cookie|session|signature|nonce|otp|pin)';
const value = `("[^"]*"?|'[^']*'?|[^\\s"'&,;)]+)`;

/** `refresh_token=…` and `"clientSecret": …`. */
const assigned = new RegExp(`(${names}[\\w-]{0,20}(?:\\s?=\\s?|["']\\s?:\\s?))${value}`, 'gi');

/** `the code: …`; neither the code of an error nor its name, such as `invalid_token:`, has a secret after it. */
const said = new RegExp(
  `(?<![a-z]|(?:error|status|reason)[ _-]?|(?:invalid|expired|revoked|missing|bad|unknown)_)(${names}[\\w-]{0,20}\\s?:\\s?)${value}`,
  'gi',
);

const scheme = /\b(bearer|basic|digest)\s+(?=[^\s"',;]*[\d=+/])[^\s"',;]+/gi;

const address = /\b\d{1,3}(?:\.\d{1,3}){3}\b|(?:[\da-f]{0,4}:){3,7}[\da-f.]*/gi;

/** A run of letters that nobody says aloud. Paths of words, such as `common/oauth2/token`, are left. */
const looksIssued = (run: string): boolean => {
  if (/^eyJ/.test(run)) return true;
  const pieces = run.split(/[/.]/).filter((piece) => /\d/.test(piece));
  return pieces.some((piece) => piece.length >= 16 || (/[a-z]/.test(piece) && /[A-Z]/.test(piece)));
};

const withoutCredentials = (text: string): string =>
  withoutQueries(text)
    .replace(/\S+/g, (word) => (/[^@]@[^@]/.test(word) ? gone : word))
    .replace(assigned, `$1${gone}`)
    .replace(said, `$1${gone}`)
    .replace(scheme, `$1 ${gone}`)
    .replace(/[\w+/=.~%-]{16,}/g, (run) => (looksIssued(run) ? gone : run))
    .replace(address, gone)
    .replace(/\d{9,}/g, gone);

const cut = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}${gone}`;

/**
 * A provider's own words as they may be kept and shown: one line of at most 200 characters, in which "…" stands for the
 * secrets that are known, however they are spelt, and for all that looks like a credential, an e-mail address, a number of a
 * person or a machine, or what a URL carries. Undefined when no word is left.
 */
export const scrubbed = (words: Secret | undefined, known: readonly string[]): string | undefined => {
  if (words === undefined) return undefined;
  const values = known.filter((value) => value.trim() !== '');
  const parts = [...new Set(values.flatMap((value) => [...spellings(value), ...spellings(value.trim())]))]
    .filter((part) => part !== '')
    .toSorted((one, other) => other.length - one.length);
  // Twice: a secret may hold what is taken out of a line, or be cut in two by it.
  const line = withoutKnown(oneLine(withoutKnown(words.reveal(), parts)), parts);
  const clean = withoutCredentials(withoutPieces(line, values)).replace(/…(?:[\s…]*…)?/g, gone);
  return /[\p{L}\p{N}]/u.test(clean) ? cut(clean) : undefined;
};
