import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import type { Built } from './build.ts';

const banner =
  "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);";

/** Bundles the two bare clients as anybody would: by esbuild into one file, with nothing of ours left out or loaded late. */
export const buildPlain = async (folder: string): Promise<Built> => {
  const path = join(folder, 'plain', 'index.mjs');
  await bundle({
    entryPoints: [fileURLToPath(new URL('./two-clients.ts', import.meta.url))],
    outfile: path,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    banner: { js: banner },
  });
  const { size } = await stat(path);
  return { entry: 'two bare SDK clients in one file', path, bytes: size, allBytes: size };
};
