import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transformSync } from 'esbuild';
import type * as Engine from 're2js';
import { testVariables } from './variables.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-cdk-'));
/** A port where nobody listens: whoever asked for a network would fail there. */
const nowhere = 'http://127.0.0.1:9';
const env = {
  PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
  HOME: folder,
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  AWS_EC2_METADATA_DISABLED: 'true',
  CI: 'true',
};

const run = (script: string, ...input: readonly string[]) =>
  execFileSync(process.execPath, [script, ...input], {
    env: { ...env, ...testVariables },
    encoding: 'utf8',
    stdio: 'pipe',
  });

interface SynthesizedFunction {
  readonly Type: string;
  readonly Metadata: Readonly<Record<string, string>>;
}

/** The folder of the code of each function, by its path in the stack. */
const bundles = new Map<string, string>();

beforeAll(() => {
  run('node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--output', join(folder, 'out'));
  for (const stack of ['latchkey-service', 'latchkey-background']) {
    const text = readFileSync(join(folder, 'out', `${stack}.template.json`), 'utf8');
    const { Resources: all } = JSON.parse(text) as { Resources: Record<string, SynthesizedFunction> };
    for (const { Type, Metadata } of Object.values(all)) {
      if (Type !== 'AWS::Lambda::Function') continue;
      bundles.set(Metadata['aws:cdk:path']!, join(folder, 'out', Metadata['aws:asset:path']!));
    }
  }
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const modulesOf = (bundle: string) =>
  readdirSync(bundle)
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => ({ name, code: readFileSync(join(bundle, name), 'utf8') }));

/** Loads bundles as Lambda does, whose runtime brings the global that streaming handlers are wrapped with. */
const load = `
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
globalThis.awslambda = { streamifyResponse: (handler) => handler };
for (const bundle of process.argv.slice(2)) {
  const { href } = pathToFileURL(join(bundle, 'index.mjs'));
  console.log(await import(href).then(({ handler }) => typeof handler, ({ message }) => message));
  for (const late of readdirSync(bundle).filter((name) => name.endsWith('.mjs')))
    await import(pathToFileURL(join(bundle, late)).href).catch(({ message }) => console.log(late + ': ' + message));
}
`;

/** The module that is loaded first and what it imports before it runs, each once. */
const atStart = (bundle: string, name = './index.mjs', found = new Map<string, string>()) => {
  if (found.has(name)) return found;
  const code = readFileSync(join(bundle, name), 'utf8');
  found.set(name, code);
  for (const [, next] of code.matchAll(
    /(?:^|[;}\n])(?:import|export)[^;"'()]*?(?:from)?["'](\.\/[^"']+)["']/g,
  ))
    atStart(bundle, next, found);
  return found;
};

const key = `Bearer lk_${'0'.repeat(26)}_${'0'.repeat(26)}_${'0'.repeat(52)}`;

/** Calls a function as Lambda does, with an AWS that writes down what it is asked and refuses it. */
const ask = `
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
const heard = [];
const aws = createServer(({ headers }, answer) => {
  heard.push({ target: headers['x-amz-target'], authorization: headers.authorization });
  answer.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
}).listen(0, '127.0.0.1', async () => {
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:' + aws.address().port;
  const { handler } = await import(pathToFileURL(join(process.argv[2], 'index.mjs')));
  const { statusCode } = await handler(JSON.parse(process.argv[3]), { getRemainingTimeInMillis: () => 10_000 });
  console.log(JSON.stringify({ statusCode, heard }));
  process.exit();
});
`;

describe('a synth without account, region or network', () => {
  it('gives each function code of its own', () => {
    expect(bundles.size).toBeGreaterThan(0);
    expect(new Set(bundles.values()).size).toBe(bundles.size);
  });

  it('makes each bundle minified modules, of which index.mjs is the first', () => {
    for (const bundle of bundles.values()) {
      const files = readdirSync(bundle);
      expect(files).toContain('index.mjs');
      expect(files.filter((name) => !/^(?:index|[\w-]+-[0-9A-Z]{8})\.mjs$|^re2js\.cjs$/.test(name))).toEqual(
        [],
      );
      for (const { code } of modulesOf(bundle)) {
        const again = transformSync(code, { loader: 'js', format: 'esm', minify: true }).code;
        // Of a chunk of a few lines, other names alone are more than two percent.
        expect(code.length - again.length).toBeLessThan(Math.max(100, code.length * 0.02));
      }
    }
  });

  it('leaves nothing to be found at run time but what Node brings and what lies beside', () => {
    const builtin = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    for (const bundle of bundles.values()) {
      const beside = new Set(readdirSync(bundle).map((name) => `./${name}`));
      const imported = modulesOf(bundle).flatMap(({ code }) =>
        [...code.matchAll(/(?:^|[;}\n])import[^;"']*?(?:from)?["']([^"']+)["']/g)].map(([, name]) => name!),
      );
      expect(imported.length).toBeGreaterThan(0);
      expect(imported.filter((name) => !builtin.has(name) && !beside.has(name))).toEqual([]);
    }
  });

  it('keeps the engine for patterns apart, from where it is loaded with the first pattern', () => {
    const proxy = bundles.get('latchkey-service/proxy/Function/Resource') ?? [...bundles.values()].at(0)!;
    expect(readdirSync(proxy)).toContain('re2js.cjs');
    const engine = createRequire(join(proxy, 'index.mjs'))('./re2js.cjs') as typeof Engine;
    expect(engine.RE2JS.compile('^a+$').matcher('aaa').find()).toBe(true);
  });

  it('makes each function start from one file', () => {
    for (const bundle of bundles.values()) expect([...atStart(bundle).keys()]).toEqual(['./index.mjs']);
  });

  it('makes the functions of the proxy load at most 450 kB at a cold start', () => {
    const proxies = [...bundles].filter(([path]) => /proxy|streaming/i.test(path));
    expect(proxies).toHaveLength(2);
    for (const [, bundle] of proxies) {
      const bytes = [...atStart(bundle).values()].reduce((sum, code) => sum + Buffer.byteLength(code), 0);
      expect(bytes).toBeLessThanOrEqual(450_000);
    }
  });

  it('makes functions that ask AWS where and as whom the environment says', () => {
    writeFileSync(join(folder, 'ask.mjs'), ask);
    const [, bundle] = [...bundles].find(([path]) => /proxy/i.test(path) && !/stream/i.test(path))!;
    const event = {
      rawPath: `/v1/proxy/auth_${'0'.repeat(26)}/me`,
      headers: { authorization: key },
      requestContext: { requestId: 'r', http: { method: 'GET' } },
    };
    const out = execFileSync(process.execPath, [join(folder, 'ask.mjs'), bundle, JSON.stringify(event)], {
      env: {
        ...testVariables,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'AKIDTEST',
        AWS_SECRET_ACCESS_KEY: 'not-one',
        AWS_SESSION_TOKEN: 'session',
      },
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const told = out.trim().split('\n').at(-1)!;
    expect(JSON.parse(told)).toMatchObject({
      statusCode: 500,
      heard: [
        {
          target: 'DynamoDB_20120810.GetItem',
          authorization: expect.stringContaining('Credential=AKIDTEST/'),
        },
      ],
    });
  }, 60_000);

  it('makes bundles that load, with all that is loaded later, and export their handler', () => {
    writeFileSync(join(folder, 'load.mjs'), load);
    const loaded = run(join(folder, 'load.mjs'), ...bundles.values())
      .trim()
      .split('\n');
    expect(loaded).toEqual([...bundles.values()].map(() => 'function'));
  }, 60_000);
});
