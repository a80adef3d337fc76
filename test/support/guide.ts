import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** A step of a guide: commands as they stand there, and what the guide says that they print. */
interface Commands {
  readonly kind: 'commands';
  readonly line: number;
  readonly text: string;
  readonly expected?: unknown;
}

/** A step that a person takes with the link that was printed last. */
interface Person {
  readonly kind: 'person';
  readonly line: number;
}

type Step = Commands | Person;

interface Guide {
  readonly steps: readonly Step[];
  /** Parts of a definition that the guide shows and does not run. */
  readonly fragments: readonly unknown[];
  /** The settings that its tables name. */
  readonly settings: readonly string[];
}

const block = /^```(?<language>\w+)\n(?<text>[\s\S]*?)^```$|^(?<person><!-- person: consents -->)$/gm;

/** JSON with comments and commas at the end, as editors allow it. */
const withComments = (text: string): unknown => parse(text.replace(/(?<=^|\s)\/\/.*$/gm, ''));

const settingsOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^\| Setting .*\n\|[ |:-]+\n(?<rows>(?:\|.*\n?)+)/gm)].flatMap(({ groups }) =>
    [...groups!['rows']!.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name!),
  );

/**
 * Reads a guide: blocks of `sh` are run, a block of `json` is what the commands before it print, one of `jsonc` is part of a
 * definition, and the comment `person: consents` is where the reader uses a browser. Throws at a block of another kind.
 */
export const readGuide = (markdown: string): Guide => {
  const steps: Step[] = [];
  const fragments: unknown[] = [];
  for (const { groups, index } of markdown.matchAll(block)) {
    const { language, text = '', person } = groups!;
    const line = markdown.slice(0, index).split('\n').length;
    const last = steps.at(-1);
    if (person) steps.push({ kind: 'person', line });
    else if (language === 'sh') steps.push({ kind: 'commands', line, text });
    else if (language === 'jsonc') fragments.push(withComments(text));
    else if (language === 'json' && last?.kind === 'commands' && last.expected === undefined)
      steps.splice(-1, 1, { ...last, expected: JSON.parse(text) as unknown });
    else throw new Error(`Line ${line}: a block of ${language} that belongs to no commands.`);
  }
  return { steps, fragments, settings: settingsOf(markdown) };
};

const mark = '\u001e';

/** The steps as one program: each says when it is over, and before a person's step it waits for a line. */
const programOf = (steps: readonly Step[]): string =>
  steps
    .map((step) => (step.kind === 'person' ? 'IFS= read -r _' : `${step.text}printf '${mark}'`))
    .join('\n');

interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Does what the reader does in a browser. */
  readonly consent: (link: string) => Promise<unknown>;
}

const linkIn = (output: string): string => (JSON.parse(output) as { url: string }).url;

/** Runs the steps of a guide in one bash, and answers with what each step of commands printed. Throws when one fails. */
export const runGuide = async (
  steps: readonly Step[],
  { env, consent }: RunOptions,
): Promise<readonly { step: Commands; output: string }[]> => {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', programOf(steps)], {
    cwd: join(import.meta.dirname, '..', '..'),
    env: { ...process.env, ...env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const chunks = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
  let pending = '';
  const outputOf = async ({ line }: Commands): Promise<string> => {
    while (!pending.includes(mark)) {
      const { value, done } = await chunks.next();
      if (done) throw new Error(`The commands of line ${line} failed:\n${pending}\n${errors}`);
      pending += value;
    }
    const [output = '', ...rest] = pending.split(mark);
    pending = rest.join(mark);
    return output;
  };
  const outputs: { step: Commands; output: string }[] = [];
  try {
    for (const step of steps) {
      if (step.kind === 'commands') outputs.push({ step, output: await outputOf(step) });
      else {
        await consent(linkIn(outputs.at(-1)!.output));
        child.stdin.write('\n');
      }
    }
  } finally {
    child.stdin.end();
    await ended;
  }
  return outputs;
};

const matchesText = (expected: string, actual: unknown): boolean => {
  if (expected === '…') return actual !== null && actual !== undefined;
  const parts = expected.split('…').map((part) => RegExp.escape(part));
  return typeof actual === 'string' && new RegExp(`^${parts.join('.+')}$`, 's').test(actual);
};

/** What of a list the guide shows; one that ends with `…` goes on. */
const shownOf = (expected: readonly unknown[], actual: readonly unknown[]) =>
  expected.at(-1) === '…'
    ? { shown: expected.slice(0, -1), fits: actual.length >= expected.length }
    : { shown: expected, fits: actual.length === expected.length };

/** Where what was printed differs from what the guide says, as paths: members may be more, and `…` stands for any text. */
export const differences = (expected: unknown, actual: unknown, path = 'answer'): readonly string[] => {
  const told = `${path} is ${JSON.stringify(actual)}, the guide says ${JSON.stringify(expected)}`;
  if (typeof expected === 'string') return matchesText(expected, actual) ? [] : [told];
  if (typeof expected !== 'object' || expected === null) return Object.is(expected, actual) ? [] : [told];
  if (typeof actual !== 'object' || actual === null) return [told];
  if (Array.isArray(expected) !== Array.isArray(actual)) return [told];
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const { shown, fits } = shownOf(expected, actual);
    if (!fits) return [told];
    return shown.flatMap((item, index) => differences(item, actual[index], `${path}.${index}`));
  }
  const members = new Map(Object.entries(actual));
  return Object.entries(expected).flatMap(([name, value]) =>
    differences(value, members.get(name), `${path}.${name}`),
  );
};
