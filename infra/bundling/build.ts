import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as run, type BuildOptions, type Metafile } from 'esbuild';
import { joinStart } from './join-start.ts';
import { lateModules } from './late.ts';
import { leanSdk, standIns, withoutJsonSchema, withoutWords } from './stand-ins.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const engine = fileURLToPath(import.meta.resolve('re2js'));

const options = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'silent',
} satisfies BuildOptions;

const always = [lateModules, leanSdk, withoutWords];

const has = ({ inputs }: Metafile, path: string): boolean => Object.hasOwn(inputs, path);

const modules = async (
  entry: string,
  folder: string,
  plugins: BuildOptions['plugins'],
): Promise<Metafile> => {
  const { metafile } = await run({
    ...options,
    entryPoints: { index: join(root, 'functions', entry) },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
    alias: standIns,
    plugins,
    metafile: true,
  });
  return metafile;
};

/**
 * Writes the code of a function, its module below functions/ and all that it imports, our own SDK too, as minified ES modules, in
 * three steps that keep its start short. Packages of which it needs little are replaced (stand-ins.ts). What most starts do not need
 * is cut out into files that are loaded with the first call of one of its functions (late.ts). Of what is left, which esbuild
 * splits into shared files, all that loads before the handler becomes one, `index.mjs` (join-start.ts). Rejects when it cannot be
 * bundled.
 */
export const build = async (entry: string, folder: string): Promise<void> => {
  const lean = await modules(entry, folder, [...always, withoutJsonSchema]);
  const describes = has(lean, 'shared/entry/openapi.ts');
  const found = describes ? await modules(entry, folder, always) : lean;
  await joinStart(folder, found, options);
  if (has(found, 'infra/bundling/stand-ins/re2js.ts'))
    await run({ ...options, entryPoints: [engine], outfile: join(folder, 're2js.cjs'), format: 'cjs' });
};
