import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { bundle } from '../../infra/bundling/bundle.ts';

export interface Built {
  readonly entry: string;
  /** The module. */
  readonly path: string;
  /** Of the module and all that is loaded with it. */
  readonly bytes: number;
  /** Also of what is loaded only when it is needed, if ever. */
  readonly allBytes: number;
}

const staticImport = /(?:^|[;}\n])(?:import|export)[^;"'()]*?(?:from)?["'](\.\/[^"']+)["']/g;

/** A module and what it imports before it runs, by path. */
const closureOf = async (path: string, found = new Map<string, number>()): Promise<Map<string, number>> => {
  if (found.has(path)) return found;
  const code = await readFile(path, 'utf8');
  found.set(path, Buffer.byteLength(code));
  for (const [, name = ''] of code.matchAll(staticImport)) await closureOf(join(dirname(path), name), found);
  return found;
};

const sum = (sizes: Iterable<number>): number => [...sizes].reduce((total, size) => total + size, 0);

const allIn = async (folder: string): Promise<number> =>
  sum(await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size)));

const assetOf = (scope: Construct): Asset => {
  const found = scope.node.children.find((child) => child instanceof Asset);
  if (!found) throw new Error('The bundle is no asset.');
  return found;
};

/** Bundles modules below functions/ into a folder, by the very construct by which the stacks do it. */
export const build = async (folder: string, entries: readonly string[]): Promise<readonly Built[]> => {
  const stack = new Stack(new App({ outdir: folder }), 'Bundles');
  return Promise.all(
    entries.map(async (entry, place) => {
      const scope = new Construct(stack, `Function${place}`);
      bundle(entry).bind(scope);
      const path = join(folder, assetOf(scope).assetPath, 'index.mjs');
      const bytes = sum((await closureOf(path)).values());
      return { entry, path, bytes, allBytes: await allIn(dirname(path)) };
    }),
  );
};
