import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build as run, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

type Outputs = ReadonlyMap<string, Metafile['outputs'][string]>;

const first = 'index.mjs';

/** CommonJS packages within an ES module still ask for `require`. */
const banner =
  "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);";

/** A file and what it imports before it runs, by name. */
const startOf = (outputs: Outputs, name: string, found = new Set<string>()): Set<string> => {
  const output = outputs.get(name);
  if (!output || found.has(name)) return found;
  found.add(name);
  for (const { path, kind } of output.imports)
    if (kind === 'import-statement') startOf(outputs, basename(path), found);
  return found;
};

/** Bundles the files of the start with each other; whatever else they import stays an import. */
const only = (start: ReadonlySet<string>): Plugin => ({
  name: 'only-the-start',
  setup: (build) => {
    build.onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === 'import-statement' && start.has(basename(path)) ? undefined : { path, external: true },
    );
  },
});

/**
 * Joins the files that a function loads at its start, as esbuild split them, into `index.mjs`: to find and link some thirty files
 * takes a quarter of the whole start. What is loaded later goes on asking the shared files for what they held, and each of them
 * hands it on from the start file, where it has run already.
 */
export const joinStart = async (
  folder: string,
  { outputs }: Metafile,
  options: BuildOptions,
): Promise<void> => {
  const byName: Outputs = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const start = startOf(byName, first);
  // In the start file names of many files meet.
  const shared = [...start]
    .filter((file) => file !== first)
    .map((file, place) => ({
      file,
      names: (byName.get(file)?.exports ?? []).map((name) => ({ name, alias: `_${place}${name}` })),
    }));
  const handedOut = shared.map(
    ({ file, names }) =>
      `export { ${names.map(({ name, alias }) => `${name} as ${alias}`).join(', ')} } from './${file}';`,
  );
  await run({
    ...options,
    stdin: { contents: [`export * from './${first}';`, ...handedOut].join('\n'), resolveDir: folder },
    plugins: [only(start)],
    outfile: join(folder, first),
    allowOverwrite: true,
    banner: { js: banner },
    format: 'esm',
  });
  for (const { file, names } of shared) {
    const handedOn = names.map(({ name, alias }) => `${alias} as ${name}`).join(',');
    await writeFile(join(folder, file), `export{${handedOn}}from"./${first}";\n`);
  }
  for (const file of byName.keys()) {
    if (start.has(file)) continue;
    const code = await readFile(join(folder, file), 'utf8');
    if (/\brequire\b/.test(code)) await writeFile(join(folder, file), `${banner}\n${code}`);
  }
};
