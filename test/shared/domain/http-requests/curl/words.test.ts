import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { shellWords } from '#shared/domain/http-requests/curl/words.ts';
import { AppError } from '#shared/errors.ts';

/** What bash itself makes of each text; undefined for one that it cannot read. */
const byBash = (texts: readonly string[]): readonly (readonly string[] | undefined)[] => {
  const script =
    "while IFS= read -r -d \"\" text; do ( set -f; eval \"printf '%s\\0' first $text\" ) 2>/dev/null || printf 'failed\\0'; printf '\\1\\0'; done";
  const { stdout } = spawnSync('bash', ['--norc', '-c', script], {
    input: texts.map((text) => `${text}\0`).join(''),
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
    encoding: 'utf8',
  });
  return stdout
    .split('\u0001\0')
    .slice(0, -1)
    .map((output) => {
      const words = output.split('\0').slice(0, -1);
      return words.at(-1) === 'failed' ? undefined : words.slice(1);
    });
};

const bySelf = (text: string): ReturnType<typeof shellWords> | undefined => {
  try {
    return shellWords(`first ${text}`);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
};

describe('the words of a command', () => {
  const token = fc.constantFrom(
    ...["'", '"', '\\', "$'", '$"', '\\$', '\\`', ' ', '\t', '\\\n', '#'],
    ...['a', 'n', 'x', 'u', '1', 'é', '=', '-', '@', '%', ':', '/'],
  );
  // A space behind the backslash that continues a line is let pass here, and is none in bash.
  const text = fc.array(token, { maxLength: 14 }).map((tokens) => tokens.join(''));
  const sound = text.filter(
    (value) => !/\\[ \t]+\n|\n/.test(value.replaceAll('\\\n', '')) && !value.endsWith('\\'),
  );

  it('are those that bash splits it into, quotes, escapes and all', () => {
    const texts = fc.sample(sound, { seed: 7, numRuns: 2000 });
    const expected = byBash(texts);
    expect(expected).toHaveLength(texts.length);
    expect(expected.filter((words) => words !== undefined).length).toBeGreaterThan(500);
    for (const [place, one] of texts.entries()) {
      const read = bySelf(one);
      // bash puts something else for a variable, and would run a second line.
      if (read && (read.variables.size > 0 || read.cut !== undefined)) continue;
      expect({ one, words: read?.words.slice(1) }).toEqual({ one, words: expected[place] });
    }
  });

  it('end where a shell ends the command', () => {
    for (const [end, cut] of [
      [' | jq .', '|'],
      [';ls', ';'],
      [' && ls', '&'],
      ['>out', '>'],
      [' 2>out', '>'],
      [' <in', '<'],
      ['\nls', 'a new line'],
      ['\n \n', undefined],
      [' # ls', undefined],
    ] as const)
      expect(shellWords(`curl x${end}`)).toMatchObject({ words: ['curl', 'x'], cut });
  });

  it('keep the variables of a shell as they were written, and name those that it would put in', () => {
    const { words, variables } = shellWords('curl "$A/${B}" $C \'$D\' \\$E "\\$F" $');
    expect(words).toEqual(['curl', '$A/${B}', '$C', '$D', '$E', '$F', '$']);
    expect([...variables]).toEqual(['$A', '${B}', '$C']);
  });
});
