import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import * as z from 'zod';

const Version = z.object({ version: z.string() });

const here = (name: string): string => fileURLToPath(new URL(`./stand-ins/${name}.ts`, import.meta.url));

/** Packages of which a function on Lambda needs little or nothing, and what stands in for each. */
export const standIns: Readonly<Record<string, string>> = {
  re2js: here('re2js'),
  '@aws-sdk/credential-provider-node': here('credentials'),
  '@aws-sdk/middleware-endpoint-discovery': here('endpoint-discovery'),
  'node:http': here('http'),
};

/**
 * The clients whose services speak JSON. Their package of protocols has them all, and esbuild counts as loaded at the start what
 * it finds behind one name that is, though only SNS, which is loaded late, uses the rest.
 */
const jsonClients =
  /\/@aws-sdk\/(?:client-dynamodb|dynamodb-codec|client-secrets-manager|client-eventbridge)\//;
const otherProtocols = /^export .* from "\.\/(?:cbor|query|xml)\/.*$/gm;

/** The SDK as the functions use it: JSON protocols alone, and of each client's description its version. */
export const leanSdk: Plugin = {
  name: 'lean-sdk',
  setup: (build) => {
    build.onResolve({ filter: /^@aws-sdk\/core\/protocols$/ }, ({ path, importer, resolveDir }) =>
      jsonClients.test(importer) ? { path, namespace: 'json-protocols', pluginData: resolveDir } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'json-protocols' }, async ({ path, pluginData: resolveDir }) => {
      const all = await build.resolve(path, { kind: 'import-statement', resolveDir: String(resolveDir) });
      const contents = (await readFile(all.path, 'utf8')).replace(otherProtocols, '');
      return { contents, resolveDir: dirname(all.path) };
    });
    build.onLoad({ filter: /\/@aws-sdk\/client-[^/]+\/package\.json$/ }, async ({ path }) => {
      const { version } = Version.parse(JSON.parse(await readFile(path, 'utf8')));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** What writes JSON Schema within zod, a fifth of it. */
const jsonSchema = /\/zod\/v4\/core\/(?:json-schema-processors|to-json-schema)\.js$/;

/** For functions that make no OpenAPI document: what each schema would say of itself is nothing. */
export const withoutJsonSchema: Plugin = {
  name: 'without-json-schema',
  setup: (build) => {
    build.onLoad({ filter: jsonSchema }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const names = [...source.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name = '']) => name);
      const exported = names.map((name) => `none as ${name}`).join(', ');
      return { contents: `const none = () => none;\nexport { ${exported} };` };
    });
  },
};

/** The library's own words for what is wrong, which nobody hears: `shared/errors.ts` says all of them for people. */
export const withoutWords: Plugin = {
  name: 'without-words',
  setup: (build) => {
    build.onLoad({ filter: /\/zod\/v4\/locales\/en\.js$/ }, () => ({
      contents: `export default () => ({ localeError: () => 'Expected another value.' });`,
    }));
  },
};
