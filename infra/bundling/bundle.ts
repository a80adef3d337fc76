import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const functions = fileURLToPath(new URL('../../functions/', import.meta.url));

/** CommonJS packages within an ES module still ask for `require`. */
const banner =
  "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);";

const build = (entry: string, folder: string) =>
  buildSync({
    entryPoints: [join(functions, entry)],
    outfile: join(folder, 'index.mjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: banner },
    alias: { 'form-data': fileURLToPath(new URL('./form-data.ts', import.meta.url)) },
    logLevel: 'warning',
  });

/**
 * The code of a function: its module below functions/ and all that it imports, our own SDK too, as one minified ES module
 * `index.mjs`. Built by esbuild within this process; CDK's own construct starts a process for each and takes seconds.
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
