import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type BuildOptions } from 'esbuild';

const functions = fileURLToPath(new URL('../../functions/', import.meta.url));
const standIn = fileURLToPath(new URL('./re2js.ts', import.meta.url));
const engine = fileURLToPath(import.meta.resolve('re2js'));

/** CommonJS packages within an ES module still ask for `require`. */
const banner =
  "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);";

const options = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

/** What a function does not need at each start is in files of its own: `import()` finds chunks, the stand-in its package. */
const build = (entry: string, folder: string) => {
  const { metafile } = buildSync({
    ...options,
    entryPoints: { index: join(functions, entry) },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
    banner: { js: banner },
    alias: { re2js: standIn },
    metafile: true,
  });
  if (Object.keys(metafile.inputs).some((path) => path.endsWith('bundling/re2js.ts')))
    buildSync({ ...options, entryPoints: [engine], outfile: join(folder, 're2js.cjs'), format: 'cjs' });
};

/**
 * The code of a function: its module below functions/ and all that it imports, our own SDK too, as minified ES modules, of
 * which `index.mjs` is loaded first. Built by esbuild within this process; CDK's own construct starts a process for each
 * and takes seconds.
 */
export const bundle = (entry: string): Code =>
  Code.fromAsset(functions, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('not-used'),
      // CDK takes two bundles for the same when folder and options are; without this, all functions would get one code.
      command: [entry],
      local: {
        tryBundle: (folder) => {
          build(entry, folder);
          return true;
        },
      },
    },
  });
