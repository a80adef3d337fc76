import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { EgressRefused, HttpFailure } from '#shared/ports.ts';
import { isUnusable } from '#shared/protocols/unusable.ts';
import { onwardUrls } from './onward-urls.ts';
import { listener, moved, stage, type Stage } from './stage.ts';
import type { UrlKind } from './attempts.ts';
import { urlKinds } from './url-kinds.ts';

const PrivateTarget = z.object({ url: z.string(), resolves: z.array(z.string()).optional() });
const corpus = z
  .array(PrivateTarget)
  .parse(JSON.parse(readFileSync(new URL('private-targets.json', import.meta.url), 'utf8')));

let inside: Awaited<ReturnType<typeof listener>>;
let s: Stage;
beforeAll(async () => {
  inside = await listener();
});
afterAll(() => inside.close());
beforeEach(async () => {
  s = await stage();
});
afterEach(() => s.sockets.stop());

/** What the product says no with. Anything else is a fault of its own. */
const saidNo = (error: unknown): boolean =>
  error instanceof AppError ||
  error instanceof EgressRefused ||
  error instanceof HttpFailure ||
  error instanceof z.ZodError ||
  isUnusable(error);

const attempt = async ({ attempt: run }: UrlKind, url: string): Promise<unknown> => {
  try {
    return await run(s, url);
  } catch (error) {
    if (saidNo(error)) return error;
    throw new Error(`${url} was not refused, but broke something.`, { cause: error });
  }
};

/** Every other one is enough for one kind; the next kind takes the others, and the guard itself is tried with all of them. */
const halves = [0, 1].map((half) => corpus.filter((_, index) => index % 2 === half));
let place = 0;

/** How far the corpus came, by kind. */
const table: Record<string, { urls: number; 'refused by the guard': number; sockets: number }> = {};
afterAll(() => console.table(table));

describe('private targets', () => {
  it('are at least 120, written in as many ways, for each of at least 20 kinds of URL', () => {
    expect(new Set(corpus.map(({ url }) => url)).size).toBe(corpus.length);
    for (const half of halves) expect(half.length).toBeGreaterThanOrEqual(120);
    expect(urlKinds.length).toBeGreaterThanOrEqual(20);
  });

  it.each(urlKinds.map((kind) => [kind.name, kind] as const))(
    'open no socket as %s',
    async (name, kind) => {
      for (const { url, resolves = ['127.0.0.1'] } of halves[(place += 1) % 2] ?? []) {
        s.resolves(resolves);
        await attempt(kind, url.replaceAll('{port}', String(inside.port)));
      }
      const sockets = s.sockets.dialled.length + inside.connections();
      table[name] = { urls: halves[place % 2]?.length ?? 0, 'refused by the guard': s.asked(), sockets };
      // A kind whose URLs are all refused before would prove nothing of the guard.
      expect(s.asked()).toBeGreaterThanOrEqual(20);
      expect(s.sockets.dialled).toEqual([]);
      expect(inside.connections()).toBe(0);
    },
    120_000,
  );
});

/** Of all kinds, only calls go where they are led, and only where their caller wants it. */
const follow = new Set(onwardUrls.map(({ name }) => name));

describe('a redirect to a private target', () => {
  it.each(urlKinds.map((kind) => [kind.name, kind] as const))(
    'opens no socket, and is not even followed unless a call wants it, as %s',
    async (name, kind) => {
      for (const to of [`http://127.0.0.1:${inside.port}/`, `https://inner.example:${inside.port}/x`]) {
        s.sockets.stop();
        s = await stage({ movesTo: to });
        s.resolves(['127.0.0.1']);
        await attempt(kind, `https://${moved}/`);
        expect(s.movedAsked()).toBeGreaterThan(0);
        if (!follow.has(name)) expect(s.asked()).toBe(0);
        expect(s.sockets.dialled).toEqual([]);
      }
      expect(inside.connections()).toBe(0);
    },
  );
});

describe('what the deployer allows', () => {
  /** Listed hosts are called over TLS alone, which the listener does not speak: the connection is what counts. */
  it.each(urlKinds.map((kind) => [kind.name, kind] as const))('is called as %s', async (_, kind) => {
    const open = await listener();
    s.sockets.stop();
    s = await stage({ allow: `open.example:${open.port}` });
    s.resolves(['127.0.0.1']);
    await attempt(kind, `http://open.example:${open.port}/`);
    open.close();
    expect(s.sockets.dialled).toContainEqual({ host: '127.0.0.1', port: open.port });
  });
});
