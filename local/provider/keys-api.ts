import * as z from 'zod';
import { demoUser } from './account.ts';
import type { Context, Middleware } from './middleware.ts';

const largestBody = 65_536;

const bodyText = async (ctx: Context): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of ctx.req) {
    const bytes = z.instanceof(Buffer).parse(chunk);
    length += bytes.length;
    if (length > largestBody) return '';
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
};

const WithKey = z.object({ api_key: z.string() });

const inJson = (text: string): string | undefined => {
  try {
    return WithKey.safeParse(JSON.parse(text)).data?.api_key;
  } catch {
    return undefined;
  }
};

const inBody = async (ctx: Context): Promise<string | undefined> => {
  if (ctx.method !== 'POST') return undefined;
  const text = await bodyText(ctx);
  return ctx.is('json') === 'json' ? inJson(text) : (new URLSearchParams(text).get('api_key') ?? undefined);
};

const userName = (authorization: string): string | undefined => {
  const encoded = /^basic +(\S+)$/i.exec(authorization)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString().split(':')[0];
};

/** The keys that a request bears, by the place where each stands. */
const keysOf = async (ctx: Context, segment: string | undefined) => ({
  header: ctx.get('x-api-key'),
  query: new URLSearchParams(ctx.querystring).get('api_key'),
  basic: userName(ctx.get('authorization')),
  cookie: ctx.cookies.get('api_key', { signed: false }),
  path: segment,
  body: await inBody(ctx),
});

const path = /^\/keys-api(?:\/(?<segment>[\w-]+))?\/(?<what>me|notes)$/;

const mostNotes = 25;
const largestPage = 10;

/** A whole number of the query from 1 to `most`; the last of them for all else. */
const numberIn = (query: URLSearchParams, name: string, most: number, otherwise: number): number => {
  const number = Number(query.get(name) ?? otherwise);
  return Number.isInteger(number) && number >= 1 && number <= most ? number : otherwise;
};

/** 25 notes in pages of at most 10; the header `Link` leads to the next page (RFC 8288). */
const notes = (ctx: Context): unknown => {
  const query = new URLSearchParams(ctx.querystring);
  const limit = numberIn(query, 'limit', largestPage, largestPage);
  const page = numberIn(query, 'page', mostNotes, 1);
  const from = (page - 1) * limit;
  if (from + limit < mostNotes)
    ctx.set('Link', `<?limit=${String(limit)}&page=${String(page + 1)}>; rel="next"`);
  const count = Math.max(0, Math.min(limit, mostNotes - from));
  return {
    notes: Array.from({ length: count }, (_, index) => ({
      id: from + index + 1,
      text: `Note ${String(from + index + 1)}`,
    })),
  };
};

/**
 * An API that takes a key and knows no OAuth: `/keys-api/me`, the key in the header `X-Api-Key`, the query (`api_key`), a
 * cookie (`api_key`), basic authentication (the user name) or the body of a POST (`api_key`), or `/keys-api/{key}/me`.
 * Answers with the account, and in which place the key stood; `/keys-api/notes` with a list in pages.
 */
export const keysApi =
  (apiKey: string): Middleware =>
  async (ctx, next) => {
    const found = path.exec(ctx.path);
    if (found === null || !['GET', 'POST'].includes(ctx.method)) {
      await next();
      return;
    }
    ctx.set('Cache-Control', 'no-store');
    const keys = Object.entries(await keysOf(ctx, found.groups?.['segment']));
    const place = keys.find(([, key]) => key === apiKey)?.[0];
    if (place !== undefined) {
      ctx.body =
        found.groups?.['what'] === 'notes'
          ? notes(ctx)
          : { account: demoUser.name, email: demoUser.email, keyIn: place };
      return;
    }
    ctx.status = 401;
    ctx.body = { error: 'invalid_key', error_description: 'The key is missing or wrong.' };
  };
