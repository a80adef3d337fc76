import type { Argument } from './arguments.ts';
import { isCredentialParameter } from './credentials.ts';
import { unreadable } from './unreadable.ts';

interface TextPart {
  readonly name: string;
  readonly text: string;
  readonly fileName?: string;
  readonly contentType?: string;
}

const noFile = () =>
  unreadable('Files are not read here: leave the part of -F out, and add it to the document as base64.');

/** What may stand behind the value of a part. */
const setting = /;\s*(type|filename|headers|encoder)=/;

/** A value in double quotes, in which a backslash stands before a quote or itself; or one up to its first setting. */
const valueOf = (text: string): readonly [value: string, rest: string] => {
  const quoted = /^"((?:[^"\\]|\\.)*)"/s.exec(text);
  if (quoted) return [(quoted[1] ?? '').replace(/\\(["\\])/g, '$1'), text.slice(quoted[0].length)];
  const at = text.search(setting);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at)];
};

const mostSettings = 4;

const settingsIn = (text: string): Omit<TextPart, 'name' | 'text'> => {
  let found: Omit<TextPart, 'name' | 'text'> = {};
  let rest = text;
  for (let count = 0; count < mostSettings; count += 1) {
    const [, name, value = ''] = /^;\s*(\w+)=([\s\S]*)$/.exec(rest) ?? [];
    if (name === undefined) return found;
    if (name !== 'type' && name !== 'filename')
      throw unreadable(`The setting ${name.slice(0, 20)} of -F cannot be done here.`);
    const [set, more] = valueOf(value);
    found = { ...found, ...(name === 'type' ? { contentType: set } : { fileName: set }) };
    rest = more;
  }
  throw unreadable('A part of -F has more settings than there are.');
};

const partOf = ({ does, value }: Argument): TextPart => {
  const at = value.indexOf('=');
  if (at < 1) throw unreadable('A part of -F has no name: expected name=value.');
  const name = value.slice(0, at);
  const content = value.slice(at + 1);
  if (does === 'formText') return { name, text: content };
  if (/^[@<]/.test(content)) throw noFile();
  const [text, rest] = valueOf(content);
  return { name, text, ...settingsIn(rest) };
};

/** The parts of a multipart body, and which were left out. Throws `AppError` 422 `unreadable_curl`. */
export const partsOf = (given: readonly Argument[]) => {
  const all = given.filter(({ does }) => does === 'form' || does === 'formText').map(partOf);
  const parts = all.filter(({ name }) => !isCredentialParameter(name));
  const warnings = all
    .filter(({ name }) => isCredentialParameter(name))
    .map(
      ({ name }) => `The part ${name} was left out: it reads like a credential, and the auth brings its own.`,
    );
  return { any: all.length > 0, parts, warnings };
};
