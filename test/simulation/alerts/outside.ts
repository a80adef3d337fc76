import { Webhook } from 'standardwebhooks';
import { HttpFailure, type Http, type IncomingResponse, type OutgoingRequest } from '#shared/ports.ts';
import { tokenUrl } from '../../support/nouns.ts';
import { answer, jsonAnswer } from '../../support/watched.ts';
import type { Timeline } from './timeline.ts';
import type { Skies } from './weather.ts';

const day = 86_400_000;

/** What one event told a subscriber: the parts that are agreed on. */
export interface Told {
  readonly id: string;
  readonly type: string;
  readonly authId: string;
  readonly leadSeconds: number | undefined;
  readonly endsAt: string | undefined;
  /** The event's own time. */
  readonly at: number;
  /** When it was first received and taken. */
  readonly receivedAt: number;
}

/** How a subscriber does: well, dead (nothing ever comes back), or down between two moments. */
type Health = 'well' | 'dead' | { readonly downFrom: number; readonly downUntil: number };

/** Who is told, of which kinds of events. */
export interface Subscribed {
  readonly health: Health;
  readonly events: readonly string[];
}

const bodyOf = ({ body }: OutgoingRequest): string =>
  Buffer.from((body ?? '') as string | Uint8Array).toString();

/** A subscriber that checks each delivery with the reference library, and counts each event once. */
const subscriberOf = ({ timeline, skies }: Ways, { health, events }: Subscribed) => {
  const told = new Map<string, Told>();
  const refused: string[] = [];
  const counts = { requests: 0, repeats: 0 };
  let webhook: Webhook | undefined;

  const verified = (request: OutgoingRequest, body: string): unknown => {
    const realNow = Date.now;
    // The library asks the real clock whether a message is old.
    Date.now = timeline.now;
    try {
      return webhook?.verify(body, Object.fromEntries(request.headers));
    } catch (error) {
      refused.push(error instanceof Error ? error.message : 'unknown');
      return undefined;
    } finally {
      Date.now = realNow;
    }
  };

  const take = (request: OutgoingRequest): IncomingResponse => {
    const body = bodyOf(request);
    if (!verified(request, body)) return answer(400);
    const id = request.headers.find(([name]) => name === 'webhook-id')?.[1] ?? '';
    const { type, timestamp, data } = JSON.parse(body) as {
      type: string;
      timestamp: string;
      data: { authId?: string; leadSeconds?: number; endsAt?: string };
    };
    if (told.has(id)) counts.repeats += 1;
    else
      told.set(id, {
        id,
        type,
        authId: data.authId ?? '',
        leadSeconds: data.leadSeconds,
        endsAt: data.endsAt,
        at: Date.parse(timestamp),
        receivedAt: timeline.now(),
      });
    return answer(204);
  };

  const isDown = (): boolean =>
    typeof health === 'object' && timeline.now() >= health.downFrom && timeline.now() < health.downUntil;

  const receive = async (request: OutgoingRequest): Promise<IncomingResponse> => {
    counts.requests += 1;
    const { chance } = skies;
    if (health === 'dead') {
      await timeline.clock.sleep(request.timeoutMilliseconds);
      throw new HttpFailure('timeout', true);
    }
    if (isDown()) {
      await timeline.clock.sleep(5);
      if (chance.happens(0.5)) return answer(503);
      throw new HttpFailure('connect', false);
    }
    await timeline.clock.sleep(20 + chance.below(200));
    if (!skies.goesWrong()) return take(request);
    switch (chance.pick(['busy', 'refused', 'lost', 'slow'] as const)) {
      case 'busy':
        return answer(chance.pick([429, 500, 503]));
      case 'refused':
        throw new HttpFailure('connect', false);
      case 'lost':
        take(request);
        throw new HttpFailure('reset', true);
      case 'slow':
        take(request);
        await timeline.clock.sleep(request.timeoutMilliseconds);
        throw new HttpFailure('timeout', true);
    }
  };

  return {
    receive,
    /** From now on deliveries are checked by this secret. */
    holds: (secret: string) => {
      webhook = new Webhook(secret);
    },
    events,
    told: told as ReadonlyMap<string, Told>,
    /** Why deliveries were not believed. */
    refused: refused as readonly string[],
    counts: counts as Readonly<typeof counts>,
  };
};

export type Subscriber = ReturnType<typeof subscriberOf>;

interface Ways {
  readonly timeline: Timeline;
  readonly skies: Skies;
}

/** Which application asks (RFC 6749 §2.3.1). */
const clientOf = ({ headers }: OutgoingRequest, form: URLSearchParams): string => {
  const basic = headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1].split(' ')[1];
  const [client] = Buffer.from(basic ?? '', 'base64')
    .toString()
    .split(':');
  return form.get('client_id') ?? client ?? '';
};

/** Auths of this application end a week after the consent, whatever is done. */
const life = 7 * day;

/** A provider whose grants are renewed for ever, save those of the application that is only shown around. */
const providerOf = ({ timeline, skies }: Ways, tokenLifeSeconds: number) => {
  const grants: { readonly demo: boolean; readonly since: number }[] = [];
  const counts = { renewals: 0, refusals: 0 };

  const tokensOf = (grant: number) => ({
    access_token: `access-${String(grant)}`,
    refresh_token: `refresh-${String(grant)}`,
    token_type: 'Bearer',
    expires_in: tokenLifeSeconds,
  });

  const consent = (clientId: string) =>
    tokensOf(grants.push({ demo: clientId === 'demo', since: timeline.now() }) - 1);

  const receive = async (request: OutgoingRequest): Promise<IncomingResponse> => {
    const form = new URLSearchParams(bodyOf(request));
    if (form.get('grant_type') === 'authorization_code')
      return jsonAnswer(200, consent(clientOf(request, form)));
    await timeline.clock.sleep(100 + skies.chance.below(300));
    const number = Number(form.get('refresh_token')?.slice('refresh-'.length));
    const grant = grants[number];
    if (!grant || (grant.demo && timeline.now() >= grant.since + life)) {
      counts.refusals += 1;
      return jsonAnswer(400, { error: 'invalid_grant' });
    }
    counts.renewals += 1;
    return jsonAnswer(200, tokensOf(number));
  };
  return { receive, consent, counts: counts as Readonly<typeof counts> };
};

interface Outside extends Ways {
  readonly tokenLifeSeconds: number;
  readonly subscribers: Readonly<Record<string, Subscribed>>;
}

/** The rest of the world: the provider, and who has subscribed. */
export const outsideOf = ({ tokenLifeSeconds, subscribers: subscribed, ...ways }: Outside) => {
  const provider = providerOf(ways, tokenLifeSeconds);
  const subscribers = Object.fromEntries(
    Object.entries(subscribed).map(([name, each]) => [name, subscriberOf(ways, each)]),
  );
  const http: Http = {
    send: (request) => {
      if (request.url === tokenUrl) return provider.receive(request);
      const subscriber = subscribers[new URL(request.url).hostname.split('.')[0] ?? ''];
      return subscriber
        ? subscriber.receive(request)
        : Promise.reject(new Error(`Nobody is at ${request.url}.`));
    },
  };
  return { http, provider, subscribers };
};
