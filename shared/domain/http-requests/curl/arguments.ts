import { options, type Does } from './options.ts';
import { unreadable } from './unreadable.ts';

/** One thing that a command says: what it comes to, by which option, and the value of that. */
export interface Argument {
  readonly does: Does;
  readonly option: string;
  readonly value: string;
}

/** What follows an option may be a secret that was glued to it: only the form of an option is shown. */
const shownOption = (text: string): string => /^--?[a-z][a-z\d.-]{0,40}$/.exec(text)?.[0] ?? text.slice(0, 2);

const unknown = (option: string) =>
  unreadable(
    `The option ${shownOption(option)} is not known here: leave it out, or write the document yourself.`,
  );

const refused = (option: string) =>
  unreadable(
    `The option ${option} cannot be done here: one request goes to where its URL says, and files of yours are not read.`,
  );

const missing = (option: string) => unreadable(`The option ${option} has no value.`);

const checked = (argument: Argument): Argument => {
  if (argument.does === 'refused') throw refused(argument.option);
  return argument;
};

interface Rest {
  readonly words: readonly string[];
  at: number;
}

const nextWord = (rest: Rest, option: string): string => {
  const value = rest.words[rest.at];
  if (value === undefined) throw missing(option);
  rest.at += 1;
  return value;
};

const long = (word: string, rest: Rest): readonly Argument[] => {
  const known = options.get(word);
  if (!known) {
    // `--no-…` takes a flag back.
    const taken = options.get(word.replace(/^--no-/, '--'));
    if (taken && !taken.takesValue) return [];
    throw unknown(word);
  }
  const { does, takesValue } = known;
  return [checked({ does, option: word, value: takesValue ? nextWord(rest, word) : '' })];
};

/** `-sSL`, `-XPOST`, `-d@file`: flags side by side, and behind the last of them the value of one that takes one. */
const short = (word: string, rest: Rest): readonly Argument[] => {
  const found: Argument[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const option = `-${word[at] ?? ''}`;
    const known = options.get(option);
    if (!known) throw unknown(option);
    const { does, takesValue } = known;
    const glued = word.slice(at + 1);
    const value = takesValue ? glued || nextWord(rest, option) : '';
    found.push(checked({ does, option, value }));
    if (takesValue) return found;
  }
  return found;
};

const saidBy = (word: string, rest: Rest): readonly Argument[] => {
  if (word.startsWith('--')) return long(word, rest);
  if (word.startsWith('-') && word !== '-') return short(word, rest);
  return [{ does: 'url', option: 'the URL', value: word }];
};

/** Reads the words behind `curl`. Throws `AppError` 422 `unreadable_curl`. */
export const readArguments = (words: readonly string[]): readonly Argument[] => {
  const rest: Rest = { words, at: 0 };
  const found: Argument[] = [];
  while (rest.at < words.length) {
    const word = nextWord(rest, '');
    if (word === '--') continue;
    // One at a time: a word can hold more flags than a call takes arguments.
    for (const argument of saidBy(word, rest)) found.push(argument);
  }
  return found;
};
