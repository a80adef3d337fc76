import type { Pairs } from '../protocol.ts';

const token = /[!#$%&'*+.^_`|~\dA-Za-z-]+/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;
const target = /<([^<>]*)>/y;
const space = /[ \t]*/y;

/** Reads a text from its beginning, one piece after the other. */
const reader = (text: string) => {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  return {
    take: (pattern: RegExp) => {
      take(space);
      return take(pattern);
    },
    sign: (wanted: string): boolean => {
      take(space);
      if (text[at] !== wanted) return false;
      at += 1;
      return true;
    },
  };
};

type Reader = ReturnType<typeof reader>;

const valueOf = (from: Reader): string => {
  const inQuotes = from.take(quoted);
  if (inQuotes) return (inQuotes[1] ?? '').replace(/\\(.)/g, '$1');
  return from.take(token)?.[0] ?? '';
};

/** The parameters of one link; of one that stands there twice the first counts (RFC 8288 §3.3). */
const parametersOf = (from: Reader): ReadonlyMap<string, string> => {
  const parameters = new Map<string, string>();
  while (from.sign(';')) {
    const name = from.take(token)?.[0].toLowerCase();
    if (name === undefined) continue;
    const value = from.sign('=') ? valueOf(from) : '';
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
};

const linksIn = (field: string) => {
  const from = reader(field);
  const links: { reference: string; parameters: ReadonlyMap<string, string> }[] = [];
  do {
    const reference = from.take(target)?.[1];
    if (reference !== undefined) links.push({ reference, parameters: parametersOf(from) });
  } while (from.sign(','));
  return links;
};

/** The reference of the first link of a relation in an answer's headers (RFC 8288). A link of another context is none. */
export const linkOf = (headers: Pairs, relation: string): string | undefined =>
  headers
    .filter(([name]) => name.toLowerCase() === 'link')
    .flatMap(([, field]) => linksIn(field))
    .find(
      ({ parameters }) =>
        !parameters.has('anchor') &&
        (parameters.get('rel') ?? '').toLowerCase().split(/\s+/).includes(relation),
    )?.reference;
