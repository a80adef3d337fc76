import * as z from 'zod';
import { EgressRefused, HttpFailure, type Deps, type IncomingResponse } from '../../../ports.ts';
import { signedHeaders } from '../../../protocols/standard-webhooks.ts';
import { retryAfter } from '../../auths/timing.ts';
import { Link } from '../../inputs.ts';
import { signingSecrets } from '../signing-secret.ts';
import { webhookProblem } from '../webhook-problem.ts';
import { bodyOf } from './body.ts';
import { targetKind, type Outcome } from './target.ts';

/** Standard Webhooks, "Operational considerations": 15 to 30 seconds. */
const timeout = 15_000;

/** For the body behind the status, which nobody needs. */
const patience = 5_000;

const mostRead = 65_536;

export const Webhook = z.strictObject({ type: z.literal('webhook'), url: Link });

/** Reads on for a while, so that the connection can serve again. The status has told all: how the body ends is no matter. */
const leave = async (body: AsyncIterable<Uint8Array>): Promise<void> => {
  let size = 0;
  try {
    for await (const chunk of body) if ((size += chunk.byteLength) > mostRead) return;
  } catch {
    // The subscriber broke off behind its status.
  }
};

const asksForRest: readonly number[] = [429, 503];

const outcomeOf = ({ status, headers }: IncomingResponse, now: number): Outcome => {
  const asked = headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  return {
    ok: status >= 200 && status < 300,
    status,
    restMilliseconds: asksForRest.includes(status) ? retryAfter(asked, now) : undefined,
  };
};

/** An HTTPS endpoint, told as Standard Webhooks 1.0 says. Of its answers only the status is kept: a body may hold its secrets. */
export const webhook = targetKind(Webhook, ({ url }) => ({
  describe: `webhook at ${new URL(url).host}`,
  check: ({ settings }) => {
    const message = webhookProblem(settings, url);
    return message === undefined ? [] : [{ path: 'body.target.url', message }];
  },
  send: async (deps: Deps, { subscription, event }) => {
    const keys = await signingSecrets(deps, subscription);
    if (keys.length === 0) return { ok: false, error: 'signing_secret_missing' };
    const body = bodyOf(event);
    const timestamp = Math.floor(deps.clock.now() / 1000);
    try {
      const response = await deps.http.send({
        method: 'POST',
        url,
        headers: [
          ['content-type', 'application/json'],
          ...signedHeaders(keys, { id: event.id, timestamp, body }),
        ],
        body,
        timeoutMilliseconds: timeout,
        // Headers in time and a body that drips would hold the delivery for ever.
        signal: AbortSignal.timeout(timeout + patience),
      });
      await leave(response.body);
      return outcomeOf(response, deps.clock.now());
    } catch (error) {
      if (error instanceof HttpFailure) return { ok: false, error: error.reason };
      if (error instanceof EgressRefused) return { ok: false, error: 'address_refused' };
      throw error;
    }
  },
}));
