import { transformSync } from 'esbuild';

/** Strips the types of a TypeScript module and nothing else, so that tests run what Node runs. */
export default {
  process: (source, path) =>
    transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node24',
      sourcemap: 'inline',
      sourcefile: path,
      tsconfigRaw: '{}',
    }),
};
