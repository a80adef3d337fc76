import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import * as z from 'zod';

const Entry = z.object({
  EventBusName: z.string(),
  Source: z.string(),
  DetailType: z.string(),
  Detail: z.string(),
  Time: z.number(),
});
type Entry = z.infer<typeof Entry>;

const Body = z.object({ Entries: z.array(Entry).min(1).max(10) });

/** What the server does with a call: refuse some entries by an error code, or answer a status of its own. */
export type Answer = (entries: readonly Entry[], call: number) => readonly (string | undefined)[] | number;

/** An EventBridge on the loopback address that takes PutEvents alone, and answers as it is told to. */
export const startPutEvents = async (answer: Answer = (entries) => entries.map(() => undefined)) => {
  const calls: (readonly Entry[])[] = [];
  const taken: Entry[] = [];

  const server = createServer((request, response) => {
    const respond = async () => {
      const { Entries } = Body.parse(await json(request));
      calls.push(Entries);
      const codes = answer(Entries, calls.length);
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      if (typeof codes === 'number') {
        response.writeHead(codes).end(JSON.stringify({ __type: 'ValidationException', message: 'Refused.' }));
        return;
      }
      taken.push(...Entries.filter((_, place) => codes[place] === undefined));
      const results = codes.map((code, place) =>
        code === undefined ? { EventId: `event-${place}` } : { ErrorCode: code, ErrorMessage: 'Refused.' },
      );
      const failed = codes.filter((code) => code !== undefined).length;
      response.end(JSON.stringify({ FailedEntryCount: failed, Entries: results }));
    };
    respond().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    taken,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
