import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from './build-sync.ts';

const functions = fileURLToPath(new URL('../../functions/', import.meta.url));

/**
 * The code of a function: its module below functions/ and all that it imports; `index.mjs` is what its start needs. CDK's own
 * construct starts a process for each function and takes seconds.
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
          buildSync(entry, folder);
          return true;
        },
      },
    },
  });
