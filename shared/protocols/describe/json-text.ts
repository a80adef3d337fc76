import { checkLimits, twice } from './limits.ts';

const token = /"([^"\\]*(?:\\.[^"\\]*)*)"\s*(:)?|[{}]/g;

const keyOf = (text: string): string => {
  const key: unknown = text.includes('\\') ? JSON.parse(`"${text}"`) : text;
  return String(key);
};

/** `JSON.parse` takes the last of two equal keys; here they are an error. The text is known to be JSON. */
const checkKeys = (text: string): void => {
  const open: Set<string>[] = [];
  for (const [whole, key, colon] of text.matchAll(token)) {
    if (whole === '{') open.push(new Set());
    else if (whole === '}') open.pop();
    else if (key !== undefined && colon !== undefined) {
      const keys = open.at(-1);
      const name = keyOf(key);
      if (keys?.has(name)) throw twice();
      keys?.add(name);
    }
  }
};

const parsed = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
};

/** Reads a text as JSON within the limits of `readDocument`; undefined when it is none. Throws `UnreadableDocument`. */
export const readJson = (text: string): unknown => {
  const value = parsed(text);
  if (value === undefined) return undefined;
  checkLimits(value);
  checkKeys(text);
  return value;
};
