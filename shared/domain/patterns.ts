import { RE2JS } from 're2js';

// A builder writes the pattern and anyone the value. JavaScript's own engine takes ages for some pairs of them;
// this one's time grows with the length of the value alone. What it takes to compile is bounded here.

/** Steps of a compiled pattern. A limit of 255 characters takes two for each. */
const mostSteps = 700;
const mostUnicodeClasses = 5;

const ignoresCase = /\(\?[a-z-]*i/i;
/** To match these without regard to case, every character of Unicode is gone through. */
const wide = /[^\p{ASCII}]|\\[pPxu0-7]/u;
const unicodeClass = /\\[pP]/g;
const token = /\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\{(\d{1,4})(?:,(\d{0,4}))?\}|[^]/gu;

/** How often what stands before a `{…}` is repeated at the most. */
const times = (least: string, most: string | undefined): number =>
  Math.max(1, Number(least), Number(most ?? 0));

/** About how many steps a pattern makes, told from its text: compiling it to find out is what takes the time. */
const stepsOf = (pattern: string): number => {
  const open: number[] = [];
  let steps = 0;
  let last = 0;
  for (const [text, least, most] of pattern.matchAll(token)) {
    if (text === '(') open.push(steps);
    if (text === '(') steps = 0;
    else if (text === ')') {
      last = Math.max(1, steps);
      steps = (open.pop() ?? 0) + last;
    } else if (least === undefined) {
      last = 1;
      steps += 1;
    } else {
      steps += last * (times(least, most) - 1);
      last *= times(least, most);
    }
    if (steps > mostSteps) return steps;
  }
  return steps;
};

const mostKnown = 1000;
const known = new Map<string, RE2JS>();

/** Compiled once: a definition is read far more often than it is written. */
const compiled = (text: string): RE2JS | undefined => {
  const found = known.get(text);
  if (found) return found;
  try {
    const pattern = RE2JS.compile(text);
    if (known.size >= mostKnown) known.clear();
    known.set(text, pattern);
    return pattern;
  } catch {
    return undefined;
  }
};

/** Why a text is no pattern that can be used: what would be right. Undefined when it is one. */
export const patternProblem = (text: string): string | undefined => {
  if (ignoresCase.test(text) && wide.test(text))
    return 'Expected ASCII alone where letter case is ignored: write both cases in a class, such as [Éé].';
  if ((text.match(unicodeClass)?.length ?? 0) > mostUnicodeClasses)
    return `Expected at most ${String(mostUnicodeClasses)} classes such as \\p{L}.`;
  if (stepsOf(text) > mostSteps)
    return `Expected a shorter pattern: its repetitions come to more than ${String(mostSteps)} steps.`;
  return compiled(text) === undefined
    ? 'Expected a regular expression in the syntax of RE2: no look-around, no back-references.'
    : undefined;
};

/** Whether some part of a value matches a regular expression, as `RegExp.test` has it. */
export const matches = (pattern: string, value: string): boolean =>
  compiled(pattern)?.matcher(value).find() ?? false;
