import type { HttpRequestInput } from '../document.ts';
import type { Pairs } from '../pairs.ts';
import { isCredentialParameter } from './credentials.ts';

/** A body as a document holds it. */
interface ReadBody {
  readonly body: NonNullable<HttpRequestInput['body']>;
  /** Whether the body brings the `Content-Type` of the command itself. */
  readonly typed: boolean;
  readonly warnings: readonly string[];
}

const formType = 'application/x-www-form-urlencoded';
const jsonType = 'application/json';

const parsed = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
};

/** No document of ours nests deeper (`json-text.ts`), and the document itself takes some levels. */
const deepest = 50;

const deeperThan = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => deeperThan(one, levels - 1));
};

/** Whether JSON says the same when it is written anew: no name twice, no number that is cut, no escape resolved. */
const sameAnew = (text: string, value: unknown): boolean =>
  value !== undefined &&
  !deeperThan(value, deepest) &&
  JSON.stringify(value) === text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');

const membersOf = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];

const suspicious = (name: string): string =>
  `The member ${name.slice(0, 100)} of the body reads like a credential: take it out where the auth brings its own.`;

const jsonBody = (text: string, type: string): ReadBody | undefined => {
  const value = parsed(text);
  if (!sameAnew(text, value)) return undefined;
  const warnings = membersOf(value).filter(isCredentialParameter).map(suspicious);
  return { body: { kind: 'json', value }, typed: type.toLowerCase() === jsonType, warnings };
};

const formPairs = (text: string): Pairs | undefined => {
  const sound = text.split('&').every((piece) => piece.includes('=')) && !/%(?![\da-f]{2})/i.test(text);
  const pairs = [...new URLSearchParams(text)];
  return (sound || text === '') && !pairs.flat().some((part) => part.includes('\ufffd')) ? pairs : undefined;
};

const formBody = (text: string, type: string): ReadBody | undefined => {
  if (parsed(text) !== undefined) return undefined;
  const pairs = formPairs(text);
  if (!pairs) return undefined;
  const kept = pairs.filter(([name]) => !isCredentialParameter(name));
  const left = pairs.filter(([name]) => isCredentialParameter(name));
  return {
    body: { kind: 'form', value: kept.map(([name, value]): [string, string] => [name, value]) },
    typed: type === formType,
    warnings: left.map(
      ([name]) => `The field ${name} was left out: it reads like a credential, and the auth brings its own.`,
    ),
  };
};

const mistyped = (text: string, type: string): readonly string[] =>
  type === formType && typeof parsed(text) === 'object'
    ? [
        'The body is JSON, but curl sends it as a form: add the header Content-Type: application/json if that was not meant.',
      ]
    : [];

/** The body of `-d` by its type: JSON and forms as values where they stay the same, everything else as text. */
export const dataBody = (text: string, type: string): ReadBody => {
  const media = (type.split(';')[0] ?? '').trim().toLowerCase();
  const read =
    media === formType ? formBody(text, type) : /[/+]json$/.test(media) ? jsonBody(text, type) : undefined;
  return read ?? { body: { kind: 'text', value: text }, typed: false, warnings: mistyped(text, type) };
};
