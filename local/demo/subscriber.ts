import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { readBody } from '../http-event.ts';
import { close, listen } from '../provider/listen.ts';

const Payload = z.object({
  type: z.string(),
  timestamp: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/** A message that was received and whose signature is right. */
type Received = z.infer<typeof Payload>;

/** A subscriber as an operator would run one: it takes webhooks and checks their signatures with the standard's own library. */
export const startSubscriber = async (port: number) => {
  const received: Received[] = [];
  let secret = '';
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const headers = Object.fromEntries(
        ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
          name,
          String(request.headers[name]),
        ]),
      );
      try {
        // The library refuses messages more than five minutes off; virtual time is, so only the signature is asked for.
        const timestamp = new Date(Number(headers['webhook-timestamp']) * 1000);
        const text = body?.toString() ?? '';
        const signature = new Webhook(secret).sign(headers['webhook-id'] ?? '', timestamp, text);
        if (signature !== headers['webhook-signature']) throw new Error('The signature is wrong.');
        received.push(Payload.parse(JSON.parse(text)));
        response.writeHead(204).end();
      } catch {
        response.writeHead(400).end();
      }
    });
  });
  const taken = await listen(server, '127.0.0.1', port);
  return {
    url: `http://localhost:${taken}/webhooks`,
    trust: (signingSecret: string) => {
      secret = signingSecret;
    },
    received: (): readonly Received[] => received,
    stop: () => close(server),
  };
};
