import { UrlTemplate } from '../url-template.ts';
import type { Finding } from './draft.ts';
import type { FieldBook } from './fields.ts';
import { member, oneLine, textAt, textsOf } from './node.ts';

/** A URL of a draft; absent when the text makes none. */
export interface DraftedUrl {
  readonly url?: string | undefined;
  readonly findings: readonly Finding[];
}

interface UrlInput {
  readonly text: string;
  /** Where the text stands in the document. */
  readonly path: string;
  readonly book: FieldBook;
  /** What the document says of the URL's variables, by their names. */
  readonly variables?: unknown;
}

const variable = /\{+([^{}]*)\}+/g;
const mostVariables = 5;

/** What a field can never be: the scheme, the port, and what would be encoded, such as a path of two segments. */
const writtenIn = (text: string, offset: number, preset: string | undefined): preset is string =>
  preset !== undefined &&
  (offset === 0 ||
    /:$/.test(text.slice(0, offset)) ||
    preset === '' ||
    encodeURIComponent(preset) !== preset);

const isValue = (text: string) => text !== '' && text.length <= 1000;

const optionsOf = (details: unknown): readonly string[] =>
  [...new Set(textsOf(member(details, 'enum')).filter(isValue))].slice(0, 100);

const presetOf = (details: unknown, atStart: boolean): string | undefined => {
  const options = textsOf(member(details, 'enum'));
  if (atStart && options.includes('https')) return 'https';
  const preset = member(details, 'default');
  return typeof preset === 'string' || typeof preset === 'number' ? String(preset) : options[0];
};

const asField = (book: FieldBook, name: string, details: unknown): string => {
  const options = optionsOf(details);
  const preset = presetOf(details, false);
  const fits = preset !== undefined && isValue(preset) && (options.length === 0 || options.includes(preset));
  const key = book.variable(name, {
    title: name,
    help: textAt(details, 'description'),
    ...(fits ? { default: preset } : {}),
    ...(options.length > 0 ? { options: options.map((value) => ({ value })) } : {}),
  });
  return `{{${key}}}`;
};

const isTooMuch = (text: string) => text.length > 2048 || [...text.matchAll(variable)].length > mostVariables;

const written = (path: string, name: string): Finding => ({
  level: 'info',
  path: `${path}.${oneLine(name, 60)}`,
  message: 'This variable of a URL is written in with its default, because no field could fill it.',
  remedy: 'Change the URL of the draft where another value is needed.',
});

const plain = (path: string): Finding => ({
  level: 'warning',
  path,
  message: 'The URL is plain HTTP: everyone on the way would read the credential.',
  remedy: 'Write https:// where the provider serves it; only then will the service be taken.',
});

/**
 * Makes a URL of a draft from a URL of a document: variables in single braces become fields with their defaults and
 * options. No URL comes of a relative one, of other schemes than HTTP, or of one that holds a password or a fragment.
 */
export const draftUrl = ({ text, path, book, variables }: UrlInput): DraftedUrl => {
  if (isTooMuch(text)) return { findings: [] };
  // A field is made only when the whole is a URL.
  const trial = text.replace(variable, (_, name: string, offset: number) => {
    const preset = presetOf(member(variables, name), offset === 0);
    return writtenIn(text, offset, preset) ? preset : '{{x}}';
  });
  if (!UrlTemplate.safeParse(trial).success) return { findings: [] };
  const findings: Finding[] = [];
  const url = text.replace(variable, (_, name: string, offset: number) => {
    const details = member(variables, name);
    const preset = presetOf(details, offset === 0);
    if (!writtenIn(text, offset, preset)) return asField(book, name, details);
    findings.push(written(path, name));
    return preset;
  });
  if (/^http:/i.test(url)) findings.push(plain(path));
  return UrlTemplate.safeParse(url).success ? { url, findings } : { findings: [] };
};
