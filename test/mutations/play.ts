import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import * as z from 'zod';
import type { Tests } from './mutation.ts';

const Report = z.object({
  numPassedTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});
type Report = z.infer<typeof Report>;

/** How some tests ended. */
export interface Played {
  readonly passed: number;
  /** The tests that were not met in what they expect, with why. */
  readonly noticed: readonly string[];
  /** The tests that failed because the code cannot run, or does not end; with why. */
  readonly stumbled: readonly string[];
  /** The files that could not be run at all, with why. */
  readonly broken: readonly string[];
}

/** What a test says that finds something else than it expects; all else comes of code that cannot run, or of no end. */
const expected = /^(Error: )?expect\(/;

const read = ({ numPassedTests, testResults }: Report): Played => {
  const red = testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => {
        const why = stripVTControlCharacters(failureMessages.join('\n'));
        return { what: `${fullName}: ${why}`, stumbled: !expected.test(why) };
      }),
  );
  return {
    passed: numPassedTests,
    noticed: red.filter(({ stumbled }) => !stumbled).map(({ what }) => what),
    stumbled: red.filter(({ stumbled }) => stumbled).map(({ what }) => what),
    broken: testResults
      .filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0)
      .map(({ name, message }) => `${name}: ${stripVTControlCharacters(message)}`),
  };
};

const configs: Readonly<Record<Tests['project'], readonly string[]>> = {
  unit: ['--config', 'jest.config.mjs', '--selectProjects', 'unit'],
  simulation: ['--config', 'jest.simulation.config.mjs'],
};

/** A test that a mistake makes hang shall not hold up the others for long. Milliseconds. */
const patienceWithTest = '15000';
const patience = 120_000;

const argumentsFor = (copy: string, tests: readonly Tests[], report: string): readonly string[] => {
  const [first] = tests;
  return [
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    join('node_modules', 'jest', 'bin', 'jest.js'),
    ...(first ? configs[first.project] : []),
    ...['--runInBand', '--silent', '--json', '--outputFile', report],
    ...['--cacheDirectory', join(copy, '.jest'), '--testTimeout', patienceWithTest],
    ...(tests.length === 1 && first?.titled !== undefined ? ['--testNamePattern', `^${first.titled}`] : []),
    ...['--testPathPatterns', ...new Set(tests.map(({ path }) => RegExp.escape(path)))],
  ];
};

/** Runs tests, all of one project, on a copy of the source. Rejects when they do not come to an end. */
export const play = async (copy: string, tests: readonly Tests[]): Promise<Played> => {
  const report = join(copy, 'report.json');
  const { JEST_WORKER_ID: _, ...env } = process.env;
  const ended = await promisify(execFile)(process.execPath, argumentsFor(copy, tests, report), {
    cwd: copy,
    env,
    timeout: patience,
    maxBuffer: 2 ** 28,
  }).catch((error: unknown) => error);
  try {
    return read(Report.parse(JSON.parse(readFileSync(report, 'utf8'))));
  } catch {
    // A run with red tests ends with an error as well; that there is no report is another matter.
    throw new Error('The tests did not come to an end.', { cause: ended });
  } finally {
    rmSync(report, { force: true });
  }
};
