import type { Argument } from './arguments.ts';
import { unreadable } from './unreadable.ts';

const noFile = (option: string) =>
  unreadable(
    `Files are not read here: write what ${option} @… names into the command, or into the document as base64.`,
  );

const escaped = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

/** `--data-urlencode` takes `content`, `=content` and `name=content`; with an @ it would be a file. */
const encoded = (option: string, value: string): string => {
  const at = value.search(/[=@]/);
  if (at === -1) return escaped(value);
  if (value[at] === '@') throw noFile(option);
  const name = value.slice(0, at);
  return `${name}${name === '' ? '' : '='}${escaped(value.slice(at + 1))}`;
};

const literal = (option: string, value: string): string => {
  if (value.startsWith('@')) throw noFile(option);
  return value;
};

/** A piece of a body of `-d` and its relatives; undefined for any other argument. */
const pieceOf = ({ does, option, value }: Argument): string | undefined => {
  if (does === 'data' || does === 'json') return literal(option, value);
  if (does === 'rawData') return value;
  return does === 'encodedData' ? encoded(option, value) : undefined;
};

/** What `-d` and its relatives send together; pieces of `--json` are put together without an `&`. */
export const dataOf = (given: readonly Argument[]): string | undefined => {
  const pieces = given.filter((one) => pieceOf(one) !== undefined);
  if (pieces.length === 0) return undefined;
  return pieces
    .map((one, index) => `${index === 0 || one.does === 'json' ? '' : '&'}${pieceOf(one) ?? ''}`)
    .join('');
};

/** What `--url-query` puts behind the query of the URL. A `+` says that it is encoded already. */
export const queriesOf = (given: readonly Argument[]): readonly string[] =>
  given
    .filter(({ does }) => does === 'query')
    .map(({ option, value }) => (value.startsWith('+') ? value.slice(1) : encoded(option, value)));
