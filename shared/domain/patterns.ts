import { RE2JS } from 're2js';

// A builder writes the pattern and anyone the value. JavaScript's own engine takes ages for some pairs of them;
// this one's time grows with the length of the value alone.

/** Whether a text is a regular expression (RE2). */
export const isPattern = (text: string): boolean => {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
};

/** Whether some part of a value matches a regular expression, as `RegExp.test` has it. */
export const matches = (pattern: string, value: string): boolean =>
  RE2JS.compile(pattern).matcher(value).find();
