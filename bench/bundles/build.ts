import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { bundle } from '../../infra/bundling/bundle.ts';

export interface Built {
  readonly entry: string;
  /** The module. */
  readonly path: string;
  readonly bytes: number;
}

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
      return { entry, path, bytes: (await stat(path)).size };
    }),
  );
};
