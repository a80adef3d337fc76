import { createRequire } from 'node:module';
import type * as Engine from 're2js';

/** Beside the code of each function that may need it; `build.ts` puts it there. */
const load: (path: string) => typeof Engine = createRequire(import.meta.url);

/**
 * Stands in for the package `re2js` in the bundles: most functions read definitions that hold no pattern, and the engine is a
 * third of their code. Loaded, at once and whole, with the first pattern.
 */
export const RE2JS = {
  compile: (pattern: string) => load('./re2js.cjs').RE2JS.compile(pattern),
};
