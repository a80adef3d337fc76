import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import * as z from 'zod';

const { blocks } = z
  .object({ blocks: z.array(z.string()) })
  .parse(JSON.parse(readFileSync(new URL('hostile-headers.json', import.meta.url), 'utf8')));

/** What a parser may trip over. */
const sharp = [
  '\0',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\x0b',
  '\x0c',
  ' ',
  ':',
  ';',
  ',',
  '"',
  '\\',
  '_',
  '\x7f',
  '\x80',
  '\x85',
  '\xff',
  '%0d%0a',
];

/** What a parser lets pass, and the next may trip over. */
const odd = [
  ' ',
  '\t',
  ',',
  ';',
  '"',
  '_',
  '-',
  '\\',
  "'",
  '\x80',
  '\x85',
  '\xa0',
  '\xff',
  '%0d%0a',
  '%00',
  '{{api_key}}',
  '\\r\\n',
];

const block = fc.constantFrom(...blocks);

const spoilt = (pieces: readonly string[], from: (text: string) => number) =>
  fc
    .tuple(block, fc.array(fc.tuple(fc.nat(60), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 3 }))
    .map(([text, changes]) =>
      changes.reduce(
        (now, [at, piece]) => now.slice(0, from(text) + at) + piece + now.slice(from(text) + at),
        text,
      ),
    )
    // An empty line ends the head: what the caller writes behind it is a request of its own, not a smuggled one.
    .filter((text) => !text.includes('\r\n\r\n') && !text.startsWith('\r\n') && !text.endsWith('\r\n'));

const anywhere = spoilt(sharp, () => 0);
const inValues = spoilt(odd, (text) => text.indexOf(':') + 1);

const several = fc
  .array(fc.oneof(block, inValues), { minLength: 2, maxLength: 3 })
  .map((all) => all.join('\r\n'));

/** A thousand blocks of header lines: each of the corpus alone, then mixed and spoilt with a seed, in Latin-1. */
export const hostileBlocks = (count: number): readonly string[] => [
  ...blocks,
  ...fc.sample(fc.oneof(anywhere, { weight: 4, arbitrary: inValues }, several), {
    numRuns: count - blocks.length,
    seed: 6,
  }),
];
