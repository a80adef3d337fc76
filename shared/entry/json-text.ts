import { AppError, firstDetails, type ErrorDetail } from '../errors.ts';

/** Levels of objects and lists: no document of ours has as many, and they would exhaust the stack of whoever walks it. */
const deepest = 64;
const longestName = 100;

/** An object or a list that is open. Only objects have names. */
interface Frame {
  readonly names: Set<string> | undefined;
  at: string | number;
  expectsName: boolean;
}

interface Scan {
  readonly frames: Frame[];
  readonly details: ErrorDetail[];
  values: number;
}

const pathOf = (frames: readonly Frame[]): string =>
  ['body', ...frames.map(({ at }) => String(at).slice(0, longestName).toWellFormed())].join('.');

const tell = ({ frames, details }: Scan, message: string): void => {
  details.push({ path: pathOf(frames), message });
};

/** Where a string ends that begins at `start`: at its closing quote, or with the text. */
const endOf = (content: string, start: number): number => {
  for (let end = content.indexOf('"', start + 1); end >= 0; end = content.indexOf('"', end + 1)) {
    let slashes = 0;
    while (content[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return content.length;
};

const decoded = (quoted: string): string => {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    const value: unknown = JSON.parse(quoted);
    return String(value);
  } catch {
    return quoted;
  }
};

/** Half of a character, or one that ends texts elsewhere. JSON can only write them as escapes. */
const unfit = /\\u(?:d[89a-f]|0000)/i;

const checkText = (scan: Scan, quoted: string): void => {
  if (!unfit.test(quoted)) return;
  const text = decoded(quoted);
  if (!text.isWellFormed()) tell(scan, 'Expected whole characters: half of a surrogate pair stands alone.');
  else if (text.includes('\0')) tell(scan, 'Expected a text without the character U+0000.');
};

const checkName = (scan: Scan, frame: Frame, quoted: string): void => {
  const name = decoded(quoted);
  frame.at = name;
  frame.expectsName = false;
  if (name === '__proto__')
    tell(scan, 'Expected another name: this one has a meaning of its own in programs.');
  else if (frame.names?.has(name)) tell(scan, 'Expected this name once: it stands twice in the same object.');
  frame.names?.add(name);
};

const enter = (scan: Scan, isObject: boolean): void => {
  scan.values += 1;
  const names = isObject ? new Set<string>() : undefined;
  scan.frames.push({ names, at: isObject ? '' : 0, expectsName: isObject });
};

const next = (scan: Scan): void => {
  scan.values += 1;
  const frame = scan.frames.at(-1);
  if (typeof frame?.at === 'number') frame.at += 1;
  else if (frame) frame.expectsName = true;
};

const tooDeep = () =>
  new AppError(422, 'body_too_deep', `The body nests deeper than ${String(deepest)} levels.`, {
    details: [{ path: 'body', message: `Expected at most ${String(deepest)} levels of objects and arrays.` }],
  });

const tooMany = ({ frames }: Scan, most: number) =>
  new AppError(422, 'body_too_large', `The body holds more than ${String(most)} values.`, {
    details: [
      {
        path: pathOf(frames.slice(0, -1)),
        message: `Expected at most ${String(most)} values in all: here they are exceeded.`,
      },
    ],
  });

const structural = /["[\]{},]/g;

/** Goes over a text once. Throws when it is deeper or holds more than anything of ours. */
const scanned = (content: string, most: number): Scan => {
  const scan: Scan = { frames: [], details: [], values: 0 };
  structural.lastIndex = 0;
  for (let found = structural.exec(content); found; found = structural.exec(content)) {
    const [character] = found;
    const frame = scan.frames.at(-1);
    if (character === '"') {
      const end = endOf(content, found.index);
      const quoted = content.slice(found.index, end + 1);
      if (frame?.expectsName === true) checkName(scan, frame, quoted);
      checkText(scan, quoted);
      structural.lastIndex = end + 1;
    } else if (character === ',') next(scan);
    else if (character === '{' || character === '[') enter(scan, character === '{');
    else scan.frames.pop();
    if (scan.frames.length > deepest) throw tooDeep();
    if (scan.values > most) throw tooMany(scan, most);
  }
  return scan;
};

/**
 * Reads a text as JSON (RFC 8259), and refuses what `JSON.parse` would lose or others stumble over: a name that stands
 * twice, `__proto__`, half characters, more than `most` values. Throws `AppError`: 400 when it is no JSON, else 422.
 */
export const readJson = (content: string, most: number): unknown => {
  const { details } = scanned(content, most);
  const value = ((): unknown => {
    try {
      return JSON.parse(content);
    } catch {
      throw new AppError(400, 'invalid_json', 'The body is not JSON.', {
        details: [{ path: 'body', message: 'Expected a JSON document (RFC 8259).' }],
      });
    }
  })();
  if (details.length === 0) return value;
  throw new AppError(
    422,
    'invalid_request',
    'The body of the request is not as it should be; see the details.',
    {
      details: firstDetails(details, 'body'),
    },
  );
};
