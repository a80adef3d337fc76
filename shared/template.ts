type Values = Readonly<Record<string, string>>;
type Argument = { readonly name: string } | { readonly text: string };

const functions = ['base64', 'urlencode', 'default'] as const;

/** A part of a template. What only looks like a placeholder is text; `problem` tells why it is none, once asked: telling takes time. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string; readonly problem?: () => string }
  | { readonly kind: 'value'; readonly name: string; readonly fallback?: string }
  | {
      readonly kind: 'call';
      readonly call: 'base64' | 'urlencode';
      readonly arguments: readonly Argument[];
    };

/** The lexemes. None takes `{{`, so that a failed attempt ends where the next one begins: scanning is linear. */
const lexemes = {
  space: /\s*/y,
  name: /[\w.-]+/y,
  fallback: /\|[^{}]*/y,
  quoted: /"(?:[^"{]|\{(?!\{))*"|'(?:[^'{]|\{(?!\{))*'/y,
  open: /\(/y,
  comma: /,/y,
  shut: /\)/y,
  end: /\}\}/y,
} as const;

interface Reader {
  /** The next lexeme if it is this one, spaces before it left out. */
  readonly take: (lexeme: keyof typeof lexemes) => string | undefined;
  readonly at: () => number;
}

const readerOf = (text: string, start: number): Reader => {
  let at = start;
  const match = (lexeme: RegExp) => {
    lexeme.lastIndex = at;
    const found = lexeme.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  return {
    at: () => at,
    take: (lexeme) => {
      match(lexemes.space);
      return match(lexemes[lexeme]);
    },
  };
};

const forms =
  '{{name}}, {{name|text}}, {{base64(name, ":", other)}}, {{urlencode(name)}} or {{default(name, "text")}}';

const argumentOf = ({ take }: Reader): Argument | undefined => {
  const text = take('quoted');
  if (text !== undefined) return { text: text.slice(1, -1) };
  const name = take('name');
  return name === undefined ? undefined : { name };
};

const argumentsOf = (reader: Reader): readonly Argument[] | undefined => {
  const list: Argument[] = [];
  do {
    const next = argumentOf(reader);
    if (!next) return undefined;
    list.push(next);
  } while (reader.take('comma') !== undefined);
  return reader.take('shut') === undefined ? undefined : list;
};

/** A call as a piece, a sentence on what is wrong with it, or undefined when it is not even of that form. */
const callOf = (name: string, reader: Reader): Piece | string | undefined => {
  const call = functions.find((known) => known === name);
  if (!call) return `There is no function of this name. There are ${functions.join(', ')}.`;
  const list = argumentsOf(reader);
  if (!list || call !== 'default')
    return list && call !== 'default' ? { kind: 'call', call, arguments: list } : undefined;
  const [of, text] = list;
  if (list.length !== 2 || !of || !text || !('name' in of) || !('text' in text))
    return 'Expected a name and a quoted text: {{default(name, "text")}}.';
  return { kind: 'value', name: of.name, fallback: text.text };
};

const insideOf = (reader: Reader): Piece | string | undefined => {
  const name = reader.take('name');
  if (name === undefined) return undefined;
  if (reader.take('open') !== undefined) return callOf(name, reader);
  const fallback = reader.take('fallback')?.slice(1).trim();
  return { kind: 'value', name, ...(fallback !== undefined && { fallback }) };
};

/** Why what begins with `{{` at `start` is no placeholder; `at` is where the reader could not go on. */
const reason = (text: string, start: number, at: number): string => {
  if (text.startsWith('{{', at) && at > start + 2) return 'Placeholders do not nest.';
  if (!text.includes('}}', start)) return 'A {{ is never closed: }} is missing.';
  return `Expected ${forms}; a fallback holds no braces.`;
};

const placeholderAt = (text: string, start: number): { piece: Piece; next: number } => {
  const reader = readerOf(text, start + 2);
  const inside = insideOf(reader);
  if (typeof inside === 'object' && reader.take('end') !== undefined)
    return { piece: inside, next: reader.at() };
  reader.take('space');
  const at = reader.at();
  const problem = () => {
    const why = typeof inside === 'string' ? inside : reason(text, start, at);
    return `At character ${String(start + 1)}: ${why}`;
  };
  // Of many braces only the last two can begin a placeholder, as in `{{{a}}`.
  let next = start + 1;
  while (text[next + 2] === '{') next += 1;
  return { piece: { kind: 'text', text: text.slice(start, next), problem }, next };
};

/** Takes a template apart. Linear in its length, whatever it holds. */
export const pieces = (template: string): readonly Piece[] => {
  const list: Piece[] = [];
  let at = 0;
  for (let start = template.indexOf('{{'); start >= 0; start = template.indexOf('{{', at)) {
    if (start > at) list.push({ kind: 'text', text: template.slice(at, start) });
    const { piece, next } = placeholderAt(template, start);
    list.push(piece);
    at = next;
  }
  if (at < template.length) list.push({ kind: 'text', text: template.slice(at) });
  return list;
};

const namesIn = (piece: Piece): readonly string[] => {
  if (piece.kind === 'value') return [piece.name];
  return piece.kind === 'call' ? piece.arguments.flatMap((each) => ('name' in each ? [each.name] : [])) : [];
};

/** The names that a template asks for, each once. */
export const placeholders = (template: string): readonly string[] => [
  ...new Set(pieces(template).flatMap(namesIn)),
];

/** The names that must have a value: those that stand somewhere without a fallback, each once. */
export const required = (template: string): readonly string[] => [
  ...new Set(
    pieces(template)
      .filter((piece) => piece.kind !== 'value' || piece.fallback === undefined)
      .flatMap(namesIn),
  ),
];

/** What is wrong with a template, where, and what would be right; undefined when it is sound. */
export const templateProblem = (template: string): string | undefined =>
  pieces(template)
    .map((piece) => (piece.kind === 'text' ? piece.problem : undefined))
    .find((problem) => problem !== undefined)?.();

/** A placeholder that nothing fills. The message holds its name, never a value. */
export class UnfilledPlaceholder extends Error {
  readonly placeholder: string;

  constructor(name: string) {
    super(`Nothing fills the placeholder {{${name}}}.`);
    this.placeholder = name;
  }
}

const valueOf = (values: Values, name: string, fallback?: string): string => {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  const filled = value === '' ? (fallback ?? value) : (value ?? fallback);
  if (filled === undefined) throw new UnfilledPlaceholder(name);
  return filled;
};

/**
 * What a piece comes to. `encode` is applied to values and to what functions give, save `urlencode`: its result holds
 * nothing that is left to encode, and would come out encoded twice. Throws `UnfilledPlaceholder`.
 */
export const fillPiece = (
  piece: Piece,
  values: Values,
  encode: (value: string) => string = (value) => value,
): string => {
  if (piece.kind === 'text') return piece.text;
  if (piece.kind === 'value') return encode(valueOf(values, piece.name, piece.fallback));
  const joined = piece.arguments
    .map((each) => ('name' in each ? valueOf(values, each.name) : each.text))
    .join('');
  return piece.call === 'urlencode'
    ? encodeURIComponent(joined.toWellFormed())
    : encode(Buffer.from(joined).toString('base64'));
};

/**
 * Fills a template in one pass: what a value holds is never expanded again. `{{name}}`, `{{name|text}}` where the text
 * stands in for a value that is missing or empty, and three functions: `base64` (standard, of UTF-8), `urlencode` and
 * `default`, whose arguments are names or quoted texts and are joined. `encode` is applied to each value, such as
 * percent-encoding inside a URL. Throws `UnfilledPlaceholder`.
 */
export const fill = (template: string, values: Values, encode?: (value: string) => string): string =>
  pieces(template)
    .map((piece) => fillPiece(piece, values, encode))
    .join('');
