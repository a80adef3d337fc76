import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { serveFor } from '../serve-for.ts';

// A token endpoint that takes each refresh token once, and answers as late as it is told to.

const Question = z.object({ latencyMilliseconds: z.int() });

const [expected] = process.argv.slice(2);
const accessToken = 'x'.repeat(800);

/** How many tokens an account was given. The account stands in the refresh token, before the number. */
const given = new Map<string, number>();
let latency = 0;
let granted = 0;
let refused = 0;
let underWay = 0;
let mostAtOnce = 0;

/** The next refresh token; undefined when this one was spent already or never given. */
const rotated = (refreshToken: string): string | undefined => {
  const [account = '', number] = refreshToken.split('.');
  const count = given.get(account) ?? 0;
  if (number !== String(count)) return undefined;
  given.set(account, count + 1);
  return `${account}.${count + 1}`;
};

serveFor(
  createServer((request, response) => {
    const respond = async () => {
      underWay += 1;
      mostAtOnce = Math.max(mostAtOnce, underWay);
      const form = new URLSearchParams(await text(request));
      const known = request.headers.authorization === expected;
      const next = known ? rotated(form.get('refresh_token') ?? '') : undefined;
      if (latency > 0) await setTimeout(latency);
      underWay -= 1;
      if (next === undefined) refused += 1;
      else granted += 1;
      response.writeHead(next === undefined ? 400 : 200, { 'content-type': 'application/json' }).end(
        JSON.stringify(
          next === undefined
            ? { error: 'invalid_grant' }
            : {
                access_token: accessToken,
                refresh_token: next,
                token_type: 'Bearer',
                expires_in: 3600,
              },
        ),
      );
    };
    respond().catch(() => response.destroy());
  }),
  (question) => {
    latency = Question.parse(question).latencyMilliseconds;
    const counted = { granted, refused, mostAtOnce };
    granted = 0;
    refused = 0;
    mostAtOnce = 0;
    return counted;
  },
);
