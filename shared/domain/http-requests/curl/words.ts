import { readAnsiC } from './ansi-c.ts';
import { unreadable } from './unreadable.ts';

/** A command as a shell would give it to a program; nothing is ever expanded or run. */
interface ShellWords {
  readonly words: readonly string[];
  /** Variables that the shell would put in. They stand in the words as they were written. */
  readonly variables: ReadonlySet<string>;
  /** What ended the command before the end of the text: a pipe, a redirection, a second line. */
  readonly cut: string | undefined;
}

interface Scan {
  readonly text: string;
  readonly words: string[];
  readonly variables: Set<string>;
  at: number;
  /** The word that is being read; undefined between two. */
  word: string | undefined;
}

/** Runs of what means nothing to a shell outside of quotes, and inside of double ones. */
const bare = /[^\s'"\\$`|;&<>()#]+/y;
const inQuotes = /[^"\\$`]+/y;
const space = /\s+/y;
/** Spaces behind the backslash are often pasted along. */
const continuation = /\\[ \t]*\r?\n/y;
/** Also those that a shell has by itself, such as `$?`, and what it would do with one, such as `${NAME:-default}`. */
const variable = /\$(?:\w+|\{[^}'"]{1,100}\}|[#@*?!$-])/y;

const take = (scan: Scan, pattern: RegExp): string | undefined => {
  pattern.lastIndex = scan.at;
  const found = pattern.exec(scan.text)?.[0];
  scan.at += found?.length ?? 0;
  return found;
};

const add = (scan: Scan, text: string): void => {
  scan.word = (scan.word ?? '') + text;
};

const endWord = (scan: Scan): void => {
  if (scan.word !== undefined) scan.words.push(scan.word);
  scan.word = undefined;
};

/** A dollar sign, a backtick: what a shell would put something else for. */
const expansion = (scan: Scan): void => {
  if (scan.text[scan.at] === '`' || scan.text.startsWith('$(', scan.at))
    throw unreadable(
      'It holds the output of another command ($(…) or backticks): put the value itself there.',
    );
  const named = take(scan, variable);
  if (named !== undefined) scan.variables.add(named);
  else scan.at += 1;
  add(scan, named ?? '$');
};

const singleQuoted = (scan: Scan): void => {
  const end = scan.text.indexOf("'", scan.at + 1);
  if (end === -1) throw unreadable('A single quote is not closed.');
  add(scan, scan.text.slice(scan.at + 1, end));
  scan.at = end + 1;
};

/** Inside of double quotes a backslash only counts before these (POSIX §2.2.3). */
const backslashed = (scan: Scan): void => {
  const next = scan.text[scan.at + 1] ?? '';
  const counts = next !== '' && '$`"\\'.includes(next);
  add(scan, counts ? next : '\\');
  scan.at += counts ? 2 : 1;
};

const doubleQuoted = (scan: Scan): void => {
  scan.at += 1;
  add(scan, '');
  while (scan.text[scan.at] !== '"') {
    const character = scan.text[scan.at];
    if (character === undefined) throw unreadable('A double quote is not closed.');
    const run = take(scan, inQuotes);
    if (run !== undefined) add(scan, run);
    else if (character !== '\\') expansion(scan);
    else if (take(scan, continuation) === undefined) backslashed(scan);
  }
  scan.at += 1;
};

const dollar = (scan: Scan): void => {
  if (scan.text.startsWith("$'", scan.at)) {
    const { value, end } = readAnsiC(scan.text, scan.at + 2);
    add(scan, value);
    scan.at = end;
  } else if (scan.text.startsWith('$"', scan.at)) {
    scan.at += 1;
    doubleQuoted(scan);
  } else expansion(scan);
};

const escaped = (scan: Scan): void => {
  if (take(scan, continuation) !== undefined) return;
  add(scan, scan.text[scan.at + 1] ?? '');
  scan.at += 2;
};

const comment = (scan: Scan): void => {
  if (scan.word !== undefined) {
    add(scan, '#');
    scan.at += 1;
    return;
  }
  const end = scan.text.indexOf('\n', scan.at);
  scan.at = end === -1 ? scan.text.length : end;
};

/** Ends a command: white space does at the end of a line, and so does what joins commands or leads them elsewhere. */
const cutAt = (scan: Scan, character: string): string | undefined => {
  // `2>file`: the number is the file's, not a word.
  if ('<>'.includes(character) && /^\d$/.test(scan.word ?? '')) scan.word = undefined;
  endWord(scan);
  if (/[|;&<>()]/.test(character)) return character;
  const run = take(scan, space) ?? '';
  const over = run.includes('\n') && scan.words.length > 0 && scan.at < scan.text.length;
  return over ? 'a new line' : undefined;
};

const step = (scan: Scan): string | undefined => {
  const character = scan.text[scan.at] ?? '';
  const run = take(scan, bare);
  if (run !== undefined) add(scan, run);
  else if (character === "'") singleQuoted(scan);
  else if (character === '"') doubleQuoted(scan);
  else if (character === '\\') escaped(scan);
  else if (character === '$') dollar(scan);
  else if (character === '`') expansion(scan);
  else if (character === '#') comment(scan);
  else return cutAt(scan, character);
  return undefined;
};

/** Splits a text as a POSIX shell splits its first command. Throws `AppError` 422 `unreadable_curl`. */
export const shellWords = (text: string): ShellWords => {
  const scan: Scan = { text, words: [], variables: new Set(), at: 0, word: undefined };
  let cut: string | undefined;
  while (scan.at < text.length && cut === undefined) cut = step(scan);
  endWord(scan);
  return { words: scan.words, variables: scan.variables, cut };
};
