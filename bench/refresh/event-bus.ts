import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { serveFor } from '../serve-for.ts';

// EventBridge, as far as PutEvents goes: takes everything and counts it.

const Body = z.object({
  Entries: z
    .array(z.object({ DetailType: z.string() }))
    .min(1)
    .max(10),
});

let calls = 0;
let renewals = 0;

serveFor(
  createServer((request, response) => {
    const respond = async () => {
      const { Entries } = Body.parse(await json(request));
      calls += 1;
      renewals += Entries.filter(({ DetailType }) => DetailType === 'auth.refreshed').length;
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      const results = Entries.map((_, place) => ({ EventId: `event-${place}` }));
      response.end(JSON.stringify({ FailedEntryCount: 0, Entries: results }));
    };
    respond().catch((error: unknown) => response.writeHead(500).end(String(error)));
  }),
  () => {
    const counted = { calls, renewals };
    calls = 0;
    renewals = 0;
    return counted;
  },
);
