import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');

const files = ['shared', 'functions']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(root, folder, name),
    ),
  )
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file: relative(root, file), text: readFileSync(file, 'utf8') }));

/** By what a program reaches other machines, or starts another that does. */
const reaches = {
  'a module of Node':
    /from '(?:node:)?(?:net|tls|http|https|http2|dgram|dns|dns\/promises|child_process|cluster|worker_threads|inspector|vm|module)'/,
  'a client of HTTP': /from '(?:axios|undici|node-fetch|got|ws|eventsource)[/']/,
  'a client of AWS': /(?:from|import\() ?'@(?:aws-sdk|smithy)\//,
  'a global of Node': /(?<![.\w])(?:fetch|WebSocket|EventSource|XMLHttpRequest)\s*\(|globalThis\b/,
} as const;

const guard = /^shared\/aws\/egress(?:\.ts$|\/)/;

/** What else does, and why it may. */
const allowed: Readonly<Record<string, RegExp>> = {
  // Reads and compares addresses; the rule `addresses-are-only-judged` holds it to that.
  'a module of Node': /^shared\/addresses\.ts$/,
  'a client of HTTP': /^$/,
  // Calls endpoints of AWS alone, which no user can name.
  'a client of AWS': /^shared\/(?:aws\/|deps\.ts$)/,
  'a global of Node': /^$/,
};

describe('the way out', () => {
  it.each(Object.entries(reaches))('is the guard for all that reaches it by %s', (by, pattern) => {
    const others = files
      .filter(({ text }) => pattern.test(text))
      .map(({ file }) => file)
      .filter((file) => !guard.test(file) && !allowed[by]!.test(file));
    expect(others).toEqual([]);
  });

  it('is looked for where it is: the guard itself is found', () => {
    expect(files.length).toBeGreaterThan(300);
    const found = files.filter(({ text }) => reaches['a module of Node'].test(text)).map(({ file }) => file);
    expect(found.filter((file) => guard.test(file)).length).toBeGreaterThan(0);
  });
});
