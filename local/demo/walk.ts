import * as z from 'zod';
import { walkConsent } from '../provider/consent.ts';
import type { ApiClient } from './client.ts';
import type { startSubscriber } from './subscriber.ts';

/** What `npm start` tells the demo of its demo provider. */
export const DemoFile = z.object({
  provider: z.object({
    issuer: z.string(),
    client: z.object({ id: z.string(), secret: z.string() }),
    machine: z.object({ id: z.string(), secret: z.string() }),
    apiKey: z.string(),
    user: z.object({ email: z.string() }),
  }),
  subscriberPort: z.int(),
});

interface WalkInput {
  readonly api: ApiClient;
  readonly demo: z.infer<typeof DemoFile>;
  readonly subscriber: Awaited<ReturnType<typeof startSubscriber>>;
  /** Says what was done and what came of it. */
  readonly say: (step: string, outcome: string) => void;
}

const Id = z.object({ id: z.string() });
const Auth = z.object({
  id: z.string(),
  state: z.string(),
  cause: z.string().nullable(),
  atRisk: z.boolean(),
  predictedEnd: z.string().nullable(),
  accessExpiresAt: z.string().nullable(),
});
const Events = z.object({
  items: z.array(z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) })),
});

const must = (met: boolean, otherwise: string): void => {
  if (!met) throw new Error(otherwise);
};

/** Describes the demo provider as a service whose umbrella application is in demo status. */
const describe = async ({ api, demo, say }: WalkInput) => {
  const { items } = await api.expect(
    z.object({ items: z.array(Id.extend({ kind: z.string() })) }),
    'GET',
    '/v1/workspaces',
  );
  const workspace = items.find(({ kind }) => kind === 'organization');
  if (!workspace) throw new Error('The organization workspace is missing.');
  const umbrella = await api.expect(Id, 'POST', '/v1/umbrellas', {
    name: 'Demo application',
    consoleUrl: `${demo.provider.issuer}/`,
    verification: { status: 'demo', authLifetimeSeconds: 604_800 },
  });
  const { issuer, client } = demo.provider;
  const service = await api.expect(Id, 'POST', `/v1/workspaces/${workspace.id}/services`, {
    name: 'Demo provider',
    baseUrl: issuer,
    auth: {
      type: 'oauth2',
      grant: 'authorization_code',
      authorizationUrl: `${issuer}/auth`,
      tokenUrl: `${issuer}/token`,
      clientId: client.id,
      clientSecret: client.secret,
      scopes: ['openid', 'email', 'profile', 'offline_access'],
      authorizationParams: { prompt: 'consent' },
    },
    umbrellaId: umbrella.id,
  });
  say('A service is created', `${service.id}, its umbrella in demo status`);
  return { workspaceId: workspace.id, serviceId: service.id };
};

type Place = Awaited<ReturnType<typeof describe>> & { readonly authId: string };

const subscribe = async ({ api, subscriber, say }: WalkInput) => {
  const made = await api.expect(Id.extend({ secret: z.string() }), 'POST', '/v1/subscriptions', {
    name: 'Demo operator',
    target: { type: 'webhook', url: subscriber.url },
    events: ['auth.*'],
  });
  subscriber.trust(made.secret);
  say('A webhook is subscribed', `${made.id} hears of auth.*`);
};

const connect = async (
  { api, say }: WalkInput,
  { workspaceId, serviceId }: Omit<Place, 'authId'>,
): Promise<Place> => {
  const sessions = `/v1/workspaces/${workspaceId}/connect-sessions`;
  const session = await api.expect(Id.extend({ url: z.string() }), 'POST', sessions, {
    serviceId,
    name: 'Demo account',
  });
  say('A connect session is opened', session.id);
  const { callbackUrl } = await walkConsent({ url: session.url, decision: 'allow' });
  say('The person consents', 'the provider sends the browser back with a code');
  const page = await fetch(callbackUrl);
  must(page.status === 200, `The callback answered ${page.status}.`);
  const Outcome = z.object({ status: z.string(), authId: z.string().nullable() });
  const { status, authId } = await api.expect(Outcome, 'GET', `${sessions}/${session.id}`);
  if (status !== 'complete' || authId === null) throw new Error(`The connect session is ${status}.`);
  const auth = await api.expect(Auth, 'GET', `/v1/workspaces/${workspaceId}/auths/${authId}`);
  must(auth.state === 'active', `The auth is ${auth.state}.`);
  must(auth.atRisk && auth.predictedEnd !== null, 'The auth is not flagged.');
  say('The auth is active', `${auth.id}, flagged at risk, predicted to end ${auth.predictedEnd ?? ''}`);
  return { workspaceId, serviceId, authId };
};

const proxied = async ({ api, demo, say }: WalkInput, { authId }: Place) => {
  const me = await api.expect(z.object({ email: z.string() }), 'GET', `/v1/proxy/${authId}/me`);
  must(me.email === demo.provider.user.email, 'The proxied call answered with another user.');
  say('A proxied call', `the provider answers with its own user, ${me.email}`);
};

const eventsOf = async ({ api }: WalkInput, { authId }: Place) => {
  const { items } = await api.expect(Events, 'GET', '/_local/events');
  return items.filter(({ data }) => data['authId'] === authId);
};

const renewed = async (input: WalkInput, place: Place) => {
  const { api, say } = input;
  const path = `/v1/workspaces/${place.workspaceId}/auths/${place.authId}`;
  const before = await api.expect(Auth, 'GET', path);
  await api.expect(z.unknown(), 'POST', '/_local/clock', { advance: 'PT1H' });
  const after = await api.expect(Auth, 'GET', path);
  must(after.accessExpiresAt !== before.accessExpiresAt, 'The token was not renewed.');
  const refreshed = (await eventsOf(input, place)).find(({ type }) => type === 'auth.refreshed');
  must(refreshed?.data['rotated'] === true, 'The refresh token did not rotate.');
  say(
    'An hour goes by',
    `the schedule renewed the token, good until ${after.accessExpiresAt ?? ''}; the refresh token rotated`,
  );
  await proxied(input, place);
};

const over = async (input: WalkInput, place: Place) => {
  const { api, subscriber, say } = input;
  await api.expect(z.unknown(), 'POST', '/_local/clock', { advance: 'PT168H' });
  const auth = await api.expect(Auth, 'GET', `/v1/workspaces/${place.workspaceId}/auths/${place.authId}`);
  must(auth.state === 'needs_reconnect', `After seven days the auth is ${auth.state}.`);
  must(auth.cause === 'provider_test_status', `The cause is told as ${auth.cause ?? 'nothing'}.`);
  say(
    'Seven days go by',
    'the provider ends the grant of its demo application: needs_reconnect, provider_test_status',
  );
  const refused = await api.call('GET', `/v1/proxy/${place.authId}/me`);
  must(refused.status === 409, `A proxied call answered ${refused.status}.`);
  say('A proxied call', 'answers 409 needs_reconnect and says what to do; the provider is not called');
  const heard = subscriber
    .received()
    .filter(({ data }) => data['authId'] === place.authId)
    .map(({ type }) => type);
  const expiring = heard.filter((type) => type === 'auth.expiring').length;
  must(expiring === 3, `The subscriber heard auth.expiring ${expiring} times instead of 3.`);
  must(
    heard.filter((type) => type === 'auth.expired').length === 1,
    'The subscriber did not hear auth.expired once.',
  );
  say(
    'The subscriber was told',
    `auth.expiring 72, 24 and 4 hours before, then auth.expired; every signature verified`,
  );
};

/** Walks the whole way once, from a definition to a renewed token and an alert. Rejects with a sentence at the first step that fails. */
export const walk = async (input: WalkInput): Promise<void> => {
  const service = await describe(input);
  await subscribe(input);
  const place = await connect(input, service);
  await proxied(input, place);
  await renewed(input, place);
  await over(input, place);
};
