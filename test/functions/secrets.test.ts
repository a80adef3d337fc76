import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { matcher } from '#shared/entry/match.ts';
import { HttpFailure, type IncomingResponse, type OutgoingRequest } from '#shared/ports.ts';
import { reactions, takes } from '#functions/reactions.ts';
import { routes } from '#functions/routes.ts';
import { schedules } from '#functions/schedules.ts';
import { call, react, type Answered, type Sent } from '../support/api.ts';
import { day, hour, passing, world, type World } from '../support/deps.ts';
import { oauth2Document, tokenDocument, tokenUrl } from '../support/nouns.ts';
import { capturedOutput } from '../support/output.ts';
import { walkDepartures } from '../support/walk-departures.ts';
import { answer, jsonAnswer } from '../support/watched.ts';
import { recorded } from './tenants/recorder.ts';

/** What is planted bears this word; what chance makes is collected in `drawn`. */
const word = 'planted';
const drawn = new Map<string, string>();

const table = routes.map(({ noun, route }) => ({ noun, route, match: matcher(route) }));
const load = async (entry: string): Promise<unknown> =>
  ((await import(`#functions/${entry}`)) as { handler: unknown }).handler;

interface Seen {
  readonly route: string;
  readonly sent: Sent;
  readonly answered: Answered;
}

const seen: Seen[] = [];
let w: World;
let asked: ReturnType<typeof recorded>['asked'];
let owners: ReturnType<typeof recorded>['owners'];
let output: ReturnType<typeof capturedOutput>;
let key = '';
let mode: 'good' | 'refused' | 'unknown' | 'broken' | 'cut' | 'application' | 'rotated' | 'html' = 'good';
let issued = 0;

/** A provider whose every word is a secret, and an API and subscribers that answer plainly. */
const elsewhere = ({ url, body }: OutgoingRequest): IncomingResponse | Promise<IncomingResponse> => {
  if (url.includes('hook.example')) return answer(mode === 'good' ? 204 : 500, `${word}-echo`);
  if (!url.includes('/oauth/token')) return answer(200, 'hello', [['x-service', 'yes']]);
  issued += 1;
  // The provider's words reach events and auths; what they repeat of the request does not.
  const echo = { error_description: `echo ${body as string}`, access_token: `${word}-stray` };
  // The provider knows the next client secret of the application alone.
  const rotated = mode === 'rotated' && (body as string | undefined)?.includes('next-secret');
  switch (rotated ? 'good' : mode) {
    case 'good':
      return jsonAnswer(200, {
        access_token: `${word}-access-${issued}`,
        refresh_token: `${word}-refresh-${issued}`,
        expires_in: 3600,
        team: { id: `${word}-team` },
      });
    case 'refused':
      return jsonAnswer(400, { error: 'invalid_grant', ...echo });
    case 'application':
    case 'rotated':
      return jsonAnswer(401, { error: 'invalid_client', ...echo }, [['www-authenticate', `Basic ${word}`]]);
    case 'unknown':
      return Promise.reject(
        new HttpFailure('reset', true, {
          cause: new Error(`${word}-cause ${url} ${body as string}`),
        }),
      );
    case 'broken':
      return Promise.reject(new TypeError(`${word}-cause ${url} ${body as string}`));
    case 'cut':
      return answer(200, `{"access_token": "${word}-cut`, [['content-type', 'application/json']]);
    case 'html':
      return answer(503, `<p>${word}</p>`, [['retry-after', '10']]);
  }
};

/** Calls the function that API Gateway would, and writes down what it answered. */
const send = async (
  method: string,
  path: string,
  body?: unknown,
  parts: Partial<Sent> & { as?: string } = {},
): Promise<Answered> => {
  const here = table.filter(({ match }) => match.path({ path }));
  const found = here.find(({ match }) => match.method({ method })) ?? here[0];
  const { as = key, headers, ...rest } = parts;
  const sent = { method, path, body, ...rest, headers: { authorization: `Bearer ${as}`, ...headers } };
  const answered = await passing(w.clock, call(await load(`${found?.noun ?? 'api'}/lambda.ts`), sent), 1000);
  seen.push({ route: found?.match.method({ method }) ? found.route.name : 'none', sent, answered });
  return answered;
};

const form = (values: Record<string, string>) => ({
  body: new URLSearchParams(values).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

/** Every other way to authenticate, each made, used, tried, edited and deleted, and what helps to describe a service. */
const walkTypes = async (ws: string): Promise<void> => {
  const [services, auths] = [`${ws}/services`, `${ws}/auths`];
  await send('GET', '/v1/catalogue');
  await send('GET', '/v1/catalogue/gitlab');
  await send('GET', '/v1/lifetime-profiles');
  await send('GET', '/v1/lifetime-profiles/google');
  await send('GET', '/v1/organization');
  await send('PATCH', '/v1/organization', { discouragedTypes: 'allowed' });
  const entry = { entry: 'gitlab', clientId: 'x', clientSecret: `${word}-gitlab-secret` };
  await send('POST', `${services}/from-catalogue`, entry);
  await send('POST', `${services}/import`, {
    openapi: { openapi: '3.1.0', info: { title: 'x', version: '1' }, paths: {}, [word]: `${word}-document` },
  });
  await send(
    'POST',
    `${services}/check`,
    described({ auth: { ...described().auth, privateKey: `${word}-key` } }),
  );
  const test = { path: '/who', label: 'name' };
  const revocationUrl = 'https://acme.example/oauth/token/revoke';
  const base = { name: 'Other', baseUrl: 'https://api.other.example', test };
  const fields = [{ key: 'user' }, { key: 'pass', secret: true }];
  const values = { user: `${word}-user`, pass: `${word}-pass` };
  const { auth } = described();
  const secret = `${word}-consumer-secret`;
  const documents = [
    {
      ...base,
      auth: { ...auth, grant: 'client_credentials', authorizationUrl: undefined, revocationUrl },
      secrets: { partner: `${word}-partner` },
      apply: [{ in: 'header', name: 'x-partner', value: '{{secrets.partner}}{{access_token}}' }],
      environments: { sandbox: { auth: { clientId: 'other', clientSecret: `${word}-box-secret` } } },
      fields,
    },
    {
      ...base,
      auth: {
        ...auth,
        grant: 'password',
        authorizationUrl: undefined,
        username: '{{user}}',
        password: '{{pass}}',
        acknowledgeRisk: true,
      },
      fields,
    },
    {
      ...base,
      auth: {
        type: 'oauth1',
        grant: 'fixed_tokens',
        consumerKey: 'key',
        consumerSecret: secret,
        token: '{{user}}',
        tokenSecret: '{{pass}}',
        acknowledgeRisk: true,
      },
      fields,
    },
    {
      ...base,
      auth: {
        type: 'login',
        steps: [{ url: tokenUrl, json: { user: '{{user}}', pass: '{{pass}}' } }],
        revocation: { url: revocationUrl, form: { token: '{{access_token}}' } },
      },
      fields,
    },
  ];
  for (const document of documents) {
    const service = await send('POST', services, document);
    for (const environment of ['production', 'sandbox']) {
      const made = await send('POST', auths, {
        serviceId: id(service),
        environment,
        name: 'A',
        fields: values,
      });
      const path = `${auths}/${id(made)}`;
      for (const act of ['test', 'refresh']) await send('POST', `${path}/${act}`);
      await send('GET', `/v1/proxy/${id(made)}/me`);
      mode = 'html';
      await send('POST', auths, { serviceId: id(service), environment, name: 'A', fields: values });
      await send('POST', `${path}/refresh`);
      mode = 'refused';
      await send('POST', auths, { serviceId: id(service), environment, name: 'A', fields: values });
      mode = 'good';
      if (made.status !== 201) continue;
      mode = environment === 'sandbox' ? 'html' : 'good';
      await send('DELETE', path);
      await settle();
      mode = 'good';
      await send('GET', `${path}/history`);
    }
    await send('POST', `${services}/${id(service)}/check`, {});
    await send('POST', auths, { serviceId: id(service), name: 'A', fields: values });
    await send('PATCH', `${services}/${id(service)}`, { auth: { clientId: 'changed' } });
    await settle();
    await send('DELETE', `${services}/${id(service)}`, undefined, { query: 'force=true' });
    await settle();
  }
  const definitions = await send('POST', `${services}/export`, {});
  const open = (definitions.json['toFillIn'] ?? []) as readonly { path: string }[];
  const filled = Object.fromEntries(open.map(({ path }) => [path, `${word}-${path}`]));
  for (const dryRun of [true, false])
    await send('POST', `${services}/import-definitions`, {
      ...definitions.json,
      values: filled,
      umbrellas: { Acme: null },
      clashes: 'rename',
      dryRun,
    });
  await send('POST', auths, {
    name: 'Generic',
    generic: {
      baseUrl: 'https://api.generic.example',
      fields: { k: `${word}-generic` },
      apply: [{ in: 'header', name: 'x-key', value: '{{k}}' }],
    },
  });
  await send('POST', auths, { name: 'Generic', generic: { clientSecret: `${word}-generic-secret` } });
};

/** Services of an older system, imported with their secrets; answers with the path of one. */
const importLegacy = async (): Promise<string> => {
  const secrets = { partner: `${word}-legacy-partner` };
  const records = ['old-1', 'old-2'].map((legacyId) => ({
    legacyId,
    userId: 'user-1',
    service: described({ secrets, umbrellaId: undefined }),
    sunsetAt: '2026-06-01T00:00:00Z',
  }));
  const bad = { ...records[0], legacyId: 'old-3', sunsetAt: `${word}-time` };
  const { json } = await send('POST', '/v1/legacy-services/import', { records: [...records, bad] });
  const [one] = json['items'] as { serviceId: string; workspaceId: string }[];
  await send('GET', '/v1/legacy-services');
  await send('PATCH', `/v1/legacy-services/${one?.serviceId ?? ''}`, { message: 'Use another.' });
  return `/v1/workspaces/${one?.workspaceId ?? ''}/services/${one?.serviceId ?? ''}`;
};

/** Solutions, and an end user who connects, manages and uses the own auths and is forgotten. */
const walkEmbedded = async (ws: string): Promise<void> => {
  const keyed = await send('POST', `${ws}/services`, tokenDocument());
  const solution = await send('POST', `${ws}/solutions`, { name: 'Sync', serviceIds: [id(keyed)] });
  const at = `${ws}/solutions/${id(solution)}`;
  await send('POST', `${ws}/solutions`, { name: 'Sync', serviceIds: [] });
  await send('GET', `${ws}/solutions`);
  await send('GET', at);
  await send('PATCH', at, { name: 'Orders' });
  await send('PATCH', at, {});
  await send('POST', `${at}/publish`);
  const opened = await send('POST', `${ws}/end-user-sessions`, { endUserId: 'ada' });
  const as = String(opened.json['token']);
  drawn.set('end user token', as.split('_').at(-1) ?? '');
  await send('POST', `${ws}/end-user-sessions`, { endUserId: 'a b' });
  await send('GET', `${ws}/end-user-sessions`);
  await send('GET', '/v1/end-user/services', undefined, { as });
  const session = await send('POST', '/v1/end-user/connect-sessions', { serviceId: id(keyed) }, { as });
  const page = pathOf(session.json['url']);
  drawn.set(`link ${drawn.size}`, page.slice(page.lastIndexOf('_') + 1));
  await send('POST', page, undefined, form({ api_key: `${word}-own-key` }));
  const connect = `/v1/end-user/connect-sessions/${id(session)}`;
  const own = `/v1/end-user/auths/${String((await send('GET', connect, undefined, { as })).json['authId'])}`;
  await send('GET', '/v1/end-user/auths', undefined, { as });
  for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['DELETE'], ['DELETE']] as const)
    await send(method, own, body, { as });
  // A server key has no auths of its own.
  for (const path of ['services', 'auths', `connect-sessions/${id(session)}`])
    await send('GET', `/v1/end-user/${path}`);
  await send('POST', '/v1/end-user/connect-sessions', { serviceId: id(keyed) });
  for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }]] as const) await send(method, own, body);
  const body = { serviceId: id(keyed), name: 'A', fields: { api_key: `${word}-for-ada` }, endUserId: 'ada' };
  await send('POST', `${ws}/auths`, body);
  await send('GET', `${ws}/end-users`);
  await send('GET', `${ws}/end-users`, undefined, { query: 'limit=0' });
  const receipt = await send('POST', `${ws}/end-users/ada/forget`);
  await send('POST', `${ws}/end-users/a%20b/forget`);
  await settle();
  await send('GET', `${ws}/receipts/${id(receipt)}`);
  await send('GET', `${ws}/receipts/${id(solution).replace('sol', 'rcp')}`);
  const other = await send('POST', `${ws}/end-user-sessions`, { endUserId: 'bob' });
  drawn.set('end user token 2', String(other.json['token']).split('_').at(-1) ?? '');
  for (const path of [`${ws}/end-user-sessions/${id(other)}`, at]) {
    await send('POST', `${path}/unpublish`);
    await send('DELETE', path);
    await send('DELETE', path);
    await send('GET', path);
  }
  for (const act of ['publish', 'unpublish']) await send('POST', `${at}/${act}`);
  const nowhere = `/v1/workspaces/ws_${'0'.repeat(26)}`;
  for (const path of ['solutions', 'end-user-sessions']) await send('GET', `${nowhere}/${path}`);
};

let told = 0;
/** Does what all events published so far ask for, and what that asks for in turn. */
const settle = async () => {
  for (; told < w.bus.events.length && told < 20_000; told += 1) {
    const event = w.bus.events[told]!;
    for (const reaction of reactions.filter((each) => takes(each, event.type)))
      await passing(w.clock, react(await load(reaction.entry), [event]), 1000);
  }
};

/** Lets time pass, with the schedules at work. */
const live = async (milliseconds: number, steps = 6) => {
  for (let step = 0; step < steps; step += 1) {
    await w.clock.advance(milliseconds / steps);
    for (const { entry } of schedules)
      await passing(w.clock, ((await load(entry)) as () => Promise<unknown>)(), 1000);
    await settle();
  }
};

const id = ({ json }: Answered) => String(json['id']);
const pathOf = (url: unknown) => new URL(String(url)).pathname;

const described = (parts: Record<string, unknown> = {}) =>
  oauth2Document({
    fields: [
      { key: 'sub', pattern: '^[a-z]+$' },
      { key: 'pin', secret: true, pattern: '^pl' },
    ],
    auth: {
      clientSecret: `${word}-client-secret`,
      clientAuthentication: 'client_secret_post',
      tokenResponse: { metadata: { team: 'team.id' } },
    },
    apply: [{ name: 'token', value: '{{access_token}}{{pin}}{{metadata.team}}' }],
    environments: { sandbox: { auth: { clientId: 'other', clientSecret: `${word}-sandbox-secret` } } },
    ...parts,
  });

const connect = async (
  sessions: string,
  serviceId: string,
  end: (state: string) => string,
  { environment, ...more }: { environment?: string } & Record<string, unknown> = {},
) => {
  const session = await send('POST', sessions, { serviceId, environment, ...more });
  const page = pathOf(session.json['url']);
  drawn.set(`link ${drawn.size}`, page.slice(page.lastIndexOf('_') + 1));
  const opened = await send('GET', page);
  const next =
    opened.status === 303
      ? opened
      : await send('POST', page, undefined, form({ sub: 'eu', pin: `${word}-pin` }));
  const state = new URL(next.headers['location'] ?? 'https://none').searchParams.get('state') ?? '';
  drawn.set(`state ${drawn.size}`, state);
  const back = environment === undefined ? '/oauth/callback' : `/oauth/callback/${environment}`;
  await send('GET', back, undefined, { query: end(state) });
  const { json } = await send('GET', `${sessions}/${id(session)}`);
  return { page, authId: String(json['authId']), sessionId: id(session), state };
};

const withCode = (state: string) => `state=${state}&code=${word}-code-${issued}`;

beforeAll(async () => {
  w = await world();
  const recording = recorded(w.deps);
  ({ asked, owners } = recording);
  w = { ...w, deps: recording.deps };
  provide(w.deps);
  w.http.answers(elsewhere);
  output = capturedOutput();
  key = (await firstKey(w.deps, w.organizationId)).reveal();
  drawn.set('first key', key.split('_').at(-1) ?? '');

  await send('GET', '/health');
  await send('GET', '/openapi.json');
  const made = await send(
    'POST',
    '/v1/keys',
    { name: 'Backend', role: 'contributor' },
    { headers: { 'idempotency-key': 'once' } },
  );
  await send(
    'POST',
    '/v1/keys',
    { name: 'Backend', role: 'contributor' },
    { headers: { 'idempotency-key': 'once' } },
  );
  drawn.set('second key', String(made.json['key']).split('_').at(-1) ?? '');
  await send('GET', '/v1/keys');
  await send('GET', `/v1/keys/${id(made)}`);
  await send('PATCH', `/v1/keys/${id(made)}`, { name: 'Backend 2' });
  const rotated = await send('POST', `/v1/keys/${id(made)}/rotate`, {});
  drawn.set('rotated key', String(rotated.json['key']).split('_').at(-1) ?? '');
  const other = await send('POST', '/v1/organizations', { name: 'Other', externalId: 'tenant-17' });
  drawn.set('organization key', String(other.json['key']).split('_').at(-1) ?? '');
  for (const path of ['', `/${id(other)}`]) await send('GET', `/v1/organizations${path}`);
  await send('PUT', '/v1/members/user-1', { role: 'owner' });
  for (const path of ['', '/user-1']) await send('GET', `/v1/members${path}`);
  const team = await send('POST', '/v1/workspaces', { name: 'Team', kind: 'shared' });
  const ws = `/v1/workspaces/${id(team)}`;
  await send('GET', '/v1/workspaces');
  await send('GET', ws);
  await send('PATCH', ws, { name: 'Team East' });
  await send('PUT', '/v1/personal-workspace');
  await send('PUT', `${ws}/members/user-1`, { role: 'admin' });
  for (const path of ['', '/user-1']) await send('GET', `${ws}/members${path}`);
  for (const user of ['user-1', 'nobody']) await send('DELETE', `${ws}/members/${user}`);
  const over = await send('POST', '/v1/umbrellas', {
    name: 'Acme',
    verification: { status: 'demo', authLifetimeSeconds: 604_800 },
  });
  const umb = `/v1/umbrellas/${id(over)}`;
  for (const path of ['/v1/umbrellas', umb, `${umb}/verification`]) await send('GET', path);
  await send('DELETE', `/v1/umbrellas/${id(await send('POST', '/v1/umbrellas', { name: 'Unused' }))}`);
  await send('PATCH', umb, { userCap: 100 });
  await send('PUT', `${umb}/verification`, { status: 'in_review', authLifetimeSeconds: 604_800 });
  const sub = await send('POST', '/v1/subscriptions', {
    name: 'Operations',
    target: { type: 'webhook', url: 'https://hook.example/in' },
    events: ['auth.*', 'service.*', 'umbrella.*'],
  });
  drawn.set('webhook secret', String(sub.json['secret']).replace('whsec_', ''));
  const subscription = `/v1/subscriptions/${id(sub)}`;
  const gathering = await send('POST', '/v1/subscriptions', {
    name: 'Digests',
    target: { type: 'webhook', url: 'https://hook.example/in' },
    events: ['auth.*'],
    filters: { umbrellaIds: [id(over)] },
    digest: 'daily',
  });
  drawn.set('webhook secret 2', String(gathering.json['secret']).replace('whsec_', ''));
  const today = `daily-${Math.floor(w.clock.now() / day) * day}`;

  const services = `${ws}/services`;
  const acme = await send('POST', services, described({ umbrellaId: id(over) }));
  const keyed = await send('POST', services, tokenDocument());
  for (const path of [services, `${services}/${id(acme)}`]) await send('GET', path);
  for (const path of [`${umb}/services`, `${umb}/verification/history`]) await send('GET', path);
  await send('DELETE', umb);
  await send(
    'PUT',
    `${services}/${id(acme)}`,
    described({ umbrellaId: id(over), auth: { ...described().auth, clientSecret: `${word}-second-secret` } }),
  );

  await send('PATCH', `${services}/${id(acme)}`, {
    name: 'Acme CRM',
    auth: { clientSecret: `${word}-third-secret` },
  });
  await send('PATCH', `${services}/${id(acme)}`, {
    auth: {
      nextClientSecret: `${word}-next-secret`,
      clientSecretExpiresAt: '2026-03-10T00:00:00Z',
      nextClientSecretExpiresAt: '2026-03-20T00:00:00Z',
    },
  });
  for (const path of ['', '/client-secret']) await send('GET', `${services}/${id(acme)}${path}`);

  const old = await importLegacy();
  await send('GET', `${ws}/available-services`);

  await send('GET', '/v1/organization/credential-readers');
  await send('PUT', '/v1/organization/credential-readers', { roles: ['owner'] });

  const connectors = `${ws}/connectors`;
  const orders = await send('POST', connectors, { name: 'Orders', serviceId: id(keyed) });
  for (const path of [connectors, `${connectors}/${id(orders)}`]) await send('GET', path);
  await send('PATCH', `${connectors}/${id(orders)}`, { sharedWith: 'organization' });
  const bundled = await send('POST', `${ws}/exports`, {
    steps: [{ kind: 'connector', connectorId: id(orders), content: { act: 'list' } }],
  });
  await send('POST', `${ws}/exports`, {
    steps: [{ kind: 'http_client', content: { headers: { authorization: `Bearer ${word}-token` } } }],
  });
  const { bundle } = bundled.json;
  await send('POST', `${ws}/imports/check`, { bundle });
  const brought = await send('POST', `${ws}/imports`, { bundle });
  for (const path of [`${ws}/imports`, `${ws}/imports/${id(brought)}`]) await send('GET', path);
  await send('DELETE', `${connectors}/${id(orders)}`);
  await send('DELETE', `${connectors}/${id(orders)}`);

  const auths = `${ws}/auths`;
  const sessions = `${ws}/connect-sessions`;
  const token = await send('POST', auths, {
    serviceId: id(keyed),
    name: 'Keyed',
    fields: { api_key: `${word}-api-key` },
  });
  const imported = await send('POST', auths, {
    serviceId: id(acme),
    name: 'Imported',
    fields: { sub: 'eu', pin: `${word}-imported-pin` },
    credential: {
      accessToken: `${word}-imported-access`,
      refreshToken: `${word}-imported-refresh`,
      expiresAt: '2026-03-02T10:00:00Z',
    },
  });
  const first = await connect(sessions, id(acme), withCode);
  const second = await connect(sessions, id(acme), withCode, {
    fields: { sub: 'eu', pin: `${word}-given-pin` },
  });
  await connect(sessions, id(acme), withCode, { environment: 'sandbox' });
  await send('GET', first.page);
  await send('GET', '/oauth/callback', undefined, { query: withCode(first.state) });
  const ids = [id(token), id(imported), first.authId, second.authId];
  for (const authId of ids) {
    await send('GET', `${auths}/${authId}`);
    await send('POST', `${auths}/${authId}/refresh`);
    await send('POST', `${auths}/${authId}/access-token`);
    await send('GET', `/v1/proxy/${authId}/me`, undefined, { query: 'a=1', headers: { cookie: 'a=1' } });
    await send('POST', `/v1/proxy/${authId}`, 'text');
    await send('POST', `${ws}/http-requests`, { authId, path: '/me', queries: { a: 1 }, answer: 'raw' });
    await send('POST', `${ws}/http-requests`, { authId, path: '/me', acceptStatus: '400-499' });
  }
  await send('POST', `${ws}/http-requests/parse-curl`, {
    curl: `curl https://x:${word}-password@api.acme.example/v2/me?api_key=${word} -u x:${word} -H 'Cookie: a=${word}'`,
  });
  await send('POST', `${ws}/http-requests/parse-curl`, {
    curl: `curl https://api.acme.example/ -d @${word}-file`,
  });
  await settle();
  await send('GET', auths);
  await send('GET', '/v1/health-summary');
  for (const history of ['/v1/history', `${ws}/history`])
    for (const path of [history, `${history}/export`]) await send('GET', path);
  await send('POST', `${auths}/restore-set-aside`);
  await send('PATCH', `${auths}/${first.authId}`, { name: 'Renamed' });
  await walkTypes(ws);
  await walkEmbedded(ws);

  mode = 'rotated';
  await send('POST', `${auths}/${first.authId}/refresh`);
  await connect(sessions, id(acme), withCode);
  await settle();
  await send('GET', `${services}/${id(acme)}`);

  // Everything that can go wrong at the provider, for consents, renewals and proxied calls alike.
  for (const next of ['html', 'application', 'broken', 'unknown', 'cut', 'refused'] as const) {
    mode = next;
    await connect(sessions, id(acme), withCode);
    await connect(
      sessions,
      id(acme),
      (state) => `state=${state}&error=access_denied&error_description=${word}-description`,
    );
    await connect(sessions, id(acme), (state) => `state=${state}&code=${word}-a&code=${word}-b`);
    await connect(sessions, id(acme), withCode, { authId: first.authId });
    for (const authId of ids.slice(1)) {
      await send('POST', `${auths}/${authId}/refresh`);
      await send('POST', `${auths}/${authId}/access-token`);
      await send('GET', `/v1/proxy/${authId}/me`);
      await send('POST', `${ws}/http-requests`, { authId, path: '/me' });
    }
    await live(3 * hour);
  }
  for (const authId of ids) {
    await send('GET', `${auths}/${authId}`);
    await send('GET', `${auths}/${authId}/history`);
  }
  mode = 'good';
  const again = await connect(sessions, id(acme), withCode, { authId: first.authId });
  await live(8 * day, 20);
  await send('GET', subscription);
  await send('GET', '/v1/subscriptions');
  await send('POST', `${subscription}/test`);
  const deliveries = await send('GET', `${subscription}/deliveries`, undefined, {
    query: 'status=delivered&limit=1',
  });
  const [delivery] = deliveries.json['items'] as { id: string }[];
  await send('POST', `${subscription}/deliveries/${delivery?.id ?? ''}/redeliver`);
  await send('POST', `${subscription}/redeliver`, { since: '2026-03-01T09:00:00.000Z', status: 'all' });
  const renewed = await send('POST', `${subscription}/secret`, { overlapSeconds: 3600 });
  drawn.set('second webhook secret', String(renewed.json['secret']).replace('whsec_', ''));
  await live(3 * hour);
  await send('POST', `${subscription}/enable`);
  await send('GET', `/v1/subscriptions/${id(gathering)}/digests/${today}/events`);
  await send('PATCH', `/v1/subscriptions/${id(gathering)}`, { digest: null });

  // Bad calls of every route: no key, a wrong key, a secret where it does not belong, broken JSON around one.
  const secretEverywhere = {
    name: 7,
    secret: `${word}-stray`,
    unheard: `${word}-stray`,
    auth: { type: 'oauth2', clientSecret: [`${word}-x`] },
    fields: { api_key: 7 },
  };
  for (const { route } of table) {
    const path = route.path
      .replace('{workspaceId}', id(team))
      .replace('{serviceId}', id(acme))
      .replace('{authId}', again.authId)
      .replace('{sessionId}', again.sessionId)
      .replace('{umbrellaId}', id(over))
      .replace('{subscriptionId}', id(sub))
      .replace('{digestId}', today)
      .replace('{keyId}', id(made))
      .replace('{organizationId}', id(other))
      .replace('{userId}', 'nobody')
      .replace('{connectorId}', id(orders))
      .replace('{importId}', `imp_${'0'.repeat(26)}`)
      .replace('{deliveryId}', `dlv_${'0'.repeat(26)}`)
      .replace('{token}', `${word}-link`)
      .replace('{path+}', 'x')
      .replace('{environment}', 'sandbox')
      .replace('{name}', word);
    const method = route.method === 'ANY' ? 'POST' : route.method;
    if (method === 'DELETE') continue;
    await send(method, path, secretEverywhere, { headers: { 'if-match': '"99"' }, query: `unheard=${word}` });
    await send(method, path, `{"clientSecret": "${word}-broken`, { query: `code=${word}&state=${word}` });
    await send(method, path, undefined, { as: `${key}${word}` });
    await send(method, path.replace(/_[0-9a-z]{26}/g, `_${word}`), undefined);
  }
  await send('POST', services, described({ baseUrl: 'https://{{nothing}}.example' }));
  await send('POST', auths, { serviceId: id(keyed), name: 'x', fields: { unheard: `${word}-value` } });
  await send('POST', first.page, undefined, form({ pin: `not-${word}-pin`, other: word }));
  await send(
    'POST',
    `/connect/${'0'.repeat(26)}_${'0'.repeat(26)}_${'0'.repeat(52)}`,
    undefined,
    form({ pin: word }),
  );

  // A world that fails everywhere: stores, vaults and buses whose errors say too much.
  const down = () => Promise.reject(new Error(`${word}-down`, { cause: new Error(`${word}-cause`) }));
  for (const broken of [
    { store: { ...w.deps.store, list: down, get: down } },
    { store: { ...w.deps.store, insert: down, replace: down } },
    { vault: { get: down, put: down, forget: down, remove: down, removeWorkspace: down } },
    { bus: { publish: down } },
    { sealer: { seal: down, open: down } },
    { http: { send: down } },
  ]) {
    provide({ ...w.deps, ...broken });
    await send('POST', auths, { serviceId: id(keyed), name: 'x', fields: { api_key: `${word}-late` } });
    await send('POST', services, described());
    await send('POST', sessions, { serviceId: id(acme), fields: { sub: 'eu', pin: `${word}-late` } });
    await send('POST', `${auths}/${again.authId}/refresh`);
    await send('GET', `/v1/proxy/${again.authId}/me`);
    await send('POST', `${ws}/http-requests`, { authId: again.authId, path: '/me' });
    await send('GET', first.page);
    for (const { entry } of schedules)
      await ((await load(entry)) as () => Promise<unknown>)().catch(() => undefined);
    for (const reaction of reactions) {
      const events = w.bus.events.filter(({ type }) => takes(reaction, type)).slice(-3);
      await passing(w.clock, react(await load(reaction.entry), events), 1000);
    }
  }
  provide(w.deps);

  await send('POST', `${old}/move`);
  await send('POST', '/v1/legacy-services/move');
  for (const authId of ids) await send('DELETE', `${auths}/${authId}`);
  for (const path of [
    `${auths}/${first.authId}`,
    subscription,
    `/v1/keys/${id(made)}`,
    `${services}/${id(acme)}`,
  ]) {
    await send('DELETE', path);
    await send('DELETE', path);
  }
  const spare = await send('POST', services, described());
  await send('DELETE', `${services}/${id(spare)}`);
  await send('DELETE', `${services}/${id(spare)}`);
  await walkDepartures(w, send);
  await settle();
  output.stop();
}, 120_000);

afterAll(() => output.stop());

/** The answers that may show one drawn secret, and why. */
const shows: Readonly<Record<string, (seen: Seen) => boolean>> = {
  'second key': ({ route, answered }) => route === 'createKey' && answered.status === 201,
  'organization key': ({ route, answered }) => route === 'createOrganization' && answered.status === 201,
  'rotated key': ({ route, answered }) => route === 'rotateKey' && answered.status === 201,
  'webhook secret': ({ route, answered }) => route === 'createSubscription' && answered.status === 201,
  'second webhook secret': ({ route, answered }) => route === 'renewSigningSecret' && answered.status === 200,
  'end user token': ({ route, answered }) => route === 'createEndUserSession' && answered.status === 201,
  // The page's own address; and, when the provider said no, the person's way to try again.
  link: ({ route }) => /^start(Own)?ConnectSession$|^completeConnect$/.test(route),
  state: ({ route, answered }) =>
    ['openConnectPage', 'submitConnectPage'].includes(route) && answered.headers['location'] !== undefined,
};

/** A token that is handed out is meant to be seen; nothing else in that answer is. */
const textOf = ({ route, answered }: Seen): string => {
  const { accessToken, ...rest } = answered.json;
  const meant =
    route === 'handOutAccessToken' && /^planted-(imported-)?access(-\d+)?$/.test(String(accessToken));
  return JSON.stringify([answered.headers, meant ? rest : answered.text]);
};

/** What no server key can do. */
const ofPeople = ['putPersonalWorkspace'];

const answers = () => seen.map((each) => ({ ...each, text: textOf(each) }));

describe('with secrets planted everywhere, through every route, reaction and schedule', () => {
  it('every route was called with success and without', () => {
    for (const { route } of table) {
      const statuses = seen
        .filter((each) => each.route === route.name)
        .map(({ answered }) => answered.status);
      const name = route.name;
      const good = ofPeople.includes(name) || statuses.some((status) => status < 400);
      expect({ name, good }).toEqual({ name, good: true });
      const open = ['getHealth', 'getApiDocument'].includes(name);
      expect({ name, bad: open || statuses.some((status) => status >= 400) }).toEqual({ name, bad: true });
    }
  });

  it('the way was walked: consents, renewals, failures, endings, deliveries and deletions happened', () => {
    const types = new Set(w.bus.events.map(({ type }) => type));
    for (const type of [
      'auth.connected',
      'auth.refreshed',
      'auth.refresh_failed',
      'auth.needs_reconnect',
      'auth.at_risk',
      'auth.expiring',
      'auth.expired',
      'auth.deleted',
      'service.client_rejected',
      'service.client_secret_expiring',
      'service.client_secret_rolled_over',
      'service.legacy_sunset',
      'service.moved',
      'service.updated',
      'service.removal_begun',
      'auth.tested',
      'auth.credential_read',
      'auth.revoked',
      'auth.risk_acknowledged',
      'umbrella.verification_changed',
      'umbrella.cap_changed',
      'umbrella.removal_begun',
      'member.removed',
      'workspace.removal_due',
      'organization.removal_due',
      'delivery.due',
      'subscription.digest_due',
    ])
      expect([...types]).toContain(type);
    expect(
      w.http.requests.some(({ headers }) => headers.some(([name]) => name === 'webhook-signature')),
    ).toBe(true);
    expect(w.http.requests.some(({ url }) => url.includes(`token=${word}-access`))).toBe(true);
    expect(output.text()).toContain('The call failed.');
    expect(drawn.size).toBeGreaterThan(20);
    for (const [name, text] of drawn) expect({ name, long: text.length > 40 }).toEqual({ name, long: true });
  });

  it('no log line holds one', () => {
    expect(output.text()).not.toContain(word);
    for (const [name, text] of drawn)
      expect({ name, logged: output.text().includes(text) }).toEqual({ name, logged: false });
  });

  it('no event holds one', () => {
    const events = JSON.stringify(w.bus.events);
    expect(events).not.toContain(word);
    for (const [name, text] of drawn)
      expect({ name, told: events.includes(text) }).toEqual({ name, told: false });
  });

  it('nothing that was ever written to the store holds one', () => {
    const dump = w.store.dump();
    const at = dump.indexOf(word);
    expect(dump.slice(Math.max(0, at - 200), at === -1 ? 0 : at + 100)).toBe('');
    for (const [name, text] of drawn)
      expect({ name, stored: dump.includes(text) }).toEqual({ name, stored: false });
  });

  it('no answer holds one, but those that are made to show it once', () => {
    for (const { text, ...each } of answers()) {
      const { route, answered } = each;
      expect({ route, status: answered.status, at: text.includes(word) ? text.slice(0, 2000) : '' }).toEqual({
        route,
        status: answered.status,
        at: '',
      });
      for (const [name, value] of drawn) {
        if (!text.includes(value)) continue;
        const kind = name.replace(/ \d+$/, '');
        expect({ route, name, shown: shows[kind]?.(each) ?? false }).toEqual({ route, name, shown: true });
      }
    }
  });

  it('no URL that was called holds a secret of an application', () => {
    for (const { url } of w.http.requests)
      expect(url).not.toMatch(/planted-(client|second|third|next)-secret|planted-refresh|planted-code/);
  });

  it('every read and write of the store and the vault names an organization that the walk called as, or made', () => {
    const made = seen
      .filter(({ route }) => ['createOrganization', 'deleteOrganization'].includes(route))
      .map(({ answered: { json } }) => json[json['organizationId'] === undefined ? 'id' : 'organizationId'])
      .filter((one) => typeof one === 'string');
    expect(new Set(made).size).toBe(2);
    const own = [w.organizationId, ...made];
    // A state is all that a provider sends back, an external id all that a token says; how far the sweep has come is no organization's.
    const nobodys = ['connect_state', 'watermark', 'deployment', 'external_organization'];
    // The walk opens a link that names an organization of zeros, and asks for the receipt of one.
    const zeros = `ORG#org_${'0'.repeat(26)}`;
    const forged = [`${zeros}#CS#cs_${'0'.repeat(26)}`, `${zeros}#REMOVAL`, 'ORGANIZATIONS'];
    const strange = asked.filter(
      ({ collection, partition }) =>
        !nobodys.includes(collection) &&
        !forged.includes(partition) &&
        !own.some((one) => partition === `ORG#${one}` || partition.startsWith(`ORG#${one}#`)),
    );
    expect([...new Set(strange.map(({ collection, partition }) => `${collection} ${partition}`))]).toEqual(
      [],
    );
    expect([...new Set(owners)].filter((owner) => !own.includes(owner))).toEqual([]);
    expect(new Set(asked.map(({ collection }) => collection)).size).toBeGreaterThan(25);
  });

  it('what was deleted has left nothing in the vault', () => {
    const gone = seen
      .filter(({ route, answered }) => route === 'deleteAuth' && answered.status === 204)
      .map(({ sent }) => sent.path.split('/').at(-1) ?? '');
    expect(gone.length).toBeGreaterThan(8);
    for (const authId of gone) expect(w.vault.paths().filter((path) => path.includes(authId))).toEqual([]);
  });
});
