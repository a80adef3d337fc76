import { oneLine } from './node.ts';

/** A field of a draft: something that the person gives when an auth is made. */
export interface FieldDraft {
  readonly key: string;
  readonly title?: string | undefined;
  readonly help?: string | undefined;
  readonly secret?: boolean | undefined;
  readonly default?: string | undefined;
  readonly options?: readonly { readonly value: string }[] | undefined;
}

type Details = Omit<FieldDraft, 'key'>;

/** The fields of a draft while it is drawn up. */
export interface FieldBook {
  /** Adds a field under a key as near to the name as is allowed and free; gives the key. */
  readonly add: (name: string, details: Details) => string;
  /** The same for a variable of URLs: whichever URL names it, it is one field. */
  readonly variable: (name: string, details: Details) => string;
  readonly all: () => readonly FieldDraft[];
}

const reserved = new Set(['access_token', 'token_secret', 'client_id']);

const allowed = (name: string): string =>
  name
    .replace(/\W+/g, '_')
    .replace(/^[^a-zA-Z]+/, '')
    .replace(/_+$/, '')
    .slice(0, 60) || 'field';

const freeKey = (name: string, fields: readonly FieldDraft[]): string => {
  const wanted = allowed(name);
  const taken = (key: string) => key in {} || reserved.has(key) || fields.some((field) => field.key === key);
  let key = wanted;
  for (let count = 2; taken(key); count += 1) key = `${wanted.slice(0, 55)}_${count}`;
  return key;
};

const tidy = ({ title, help, ...rest }: Details): Details => ({
  ...(title === undefined || oneLine(title) === '' ? {} : { title: oneLine(title) }),
  ...(help === undefined || oneLine(help) === '' ? {} : { help: oneLine(help, 2000) }),
  ...rest,
});

/** An empty book of fields. */
export const fieldBook = (): FieldBook => {
  const fields: FieldDraft[] = [];
  const variables = new Map<string, string>();
  const add = (name: string, details: Details) => {
    const key = freeKey(name, fields);
    fields.push({ key, ...tidy(details) });
    return key;
  };
  const variable = (name: string, details: Details) => {
    // A URL that was made already holds keys where the document has names.
    const known = variables.get(name) ?? [...variables.values()].find((key) => key === name);
    const key = known ?? add(name, details);
    variables.set(name, key);
    return key;
  };
  return { add, variable, all: () => fields };
};
