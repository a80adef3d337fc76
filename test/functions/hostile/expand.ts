/** What a generator of the data files stands for, so that they need not hold a megabyte themselves. */
const generators: Readonly<Record<string, (parts: never) => unknown>> = {
  /** A text so many times. */
  $repeat: ([text, count]: [string, number]) => text.repeat(count),
  /** A list of the same item. */
  $list: ([item, count]: [unknown, number]) => Array.from({ length: count }, () => expand(item)),
  /** An object of names with a number, all of the same value. */
  $names: ([name, count, value]: [string, number, unknown]) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, expand(value)])),
  /** A list of objects that differ in one member. */
  $numbered: ([member, text, count, rest]: [string, string, number, object?]) =>
    Array.from({ length: count }, (_, index) => ({
      ...(expand(rest) as object),
      [member]: `${text}${index}`,
    })),
  /** Lists in lists, or objects in objects. */
  $nest: ([kind, depth]: ['list' | 'object', number]) => {
    let value: unknown = 'x';
    for (let level = 0; level < depth; level += 1) value = kind === 'list' ? [value] : { a: value };
    return value;
  },
};

/** Puts what is meant in the place of generators such as `{"$repeat": ["a", 1000]}`. */
const expand = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(expand);
  const [name = ''] = Object.keys(value);
  const generator = Object.hasOwn(generators, name) ? generators[name] : undefined;
  if (generator) return generator((value as Record<string, never>)[name]!);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expand(inner)]));
};

/** Something hostile: a body that works, what is done to it, and what must be told. */
export interface Hostile {
  readonly what: string;
  /** The body that works, by its name in hostile-definitions.json. */
  readonly base: string;
  /** Which call; left out, POST …/services. */
  readonly to?: string;
  /** Members by path, and what they become. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** The same as JSON text, for what a value cannot hold: `__proto__`, a name twice, 1e999. */
  readonly raw?: Readonly<Record<string, string>>;
  /** Members that are taken out. */
  readonly drop?: readonly string[];
  /** Members of the whole document. */
  readonly top?: unknown;
  /** Levels of lists or objects as `auth`, as text. */
  readonly nest?: readonly ['list' | 'object', number];
  /** The body itself, as text. */
  readonly body?: string;
  /** 422 when left out. */
  readonly status?: number;
  /** A path that the details must name. */
  readonly path: string;
}

type Holder = Record<string, unknown>;

/** Writes a value at a path, with what is missing on the way. */
const put = (document: Holder, path: string, value: unknown): void => {
  const names = path.split('.');
  const last = names.pop() ?? '';
  const holder = names.reduce<Holder>((inner, name) => (inner[name] ??= {}) as Holder, document);
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = value;
};

const nested = ([kind, depth]: readonly ['list' | 'object', number]): string =>
  kind === 'list' ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** The text of a hostile body. */
export const bodyOf = ({ set, raw, drop, top, nest, body }: Hostile, base: unknown): string => {
  if (body !== undefined) return body;
  const document = { ...(structuredClone(base) as Holder), ...(expand(top) as Holder | undefined) };
  for (const [path, value] of Object.entries(set ?? {})) put(document, path, expand(value));
  for (const path of drop ?? []) put(document, path, undefined);
  const texts = Object.entries({ ...raw, ...(nest && { auth: nested(nest) }) });
  for (const [index, [path]] of texts.entries()) put(document, path, `@raw ${index}@`);
  return texts.reduce(
    (text, [, part], index) => text.replace(`"@raw ${index}@"`, () => part),
    JSON.stringify(document),
  );
};
