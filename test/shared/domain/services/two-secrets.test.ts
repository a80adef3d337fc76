import { beforeEach, describe, expect, it } from '@jest/globals';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { getService } from '#shared/domain/services/get.ts';
import { inUse } from '#shared/domain/services/current.ts';
import { rollOver } from '#shared/domain/services/roll-over.ts';
import { secretsIn } from '#shared/domain/services/secrets.ts';
import { services, serviceKey, type Service } from '#shared/domain/services/service.ts';
import { showService } from '#shared/domain/services/view.ts';
import { HttpFailure, type IncomingResponse, type OutgoingRequest } from '#shared/ports.ts';
import { minute, otherProcess, passing, told, world, type World } from '../../../support/deps.ts';
import { connectedAuth, countingTokens, makeAuth, oauth2Document } from '../../../support/nouns.ts';
import { clientDocument, edited, serviceOf } from '../../../support/types.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

let w: World;
/** The secrets that the provider knows; the tokens that it gives; what it says to another secret. */
let live: string[];
let tokens: (request: OutgoingRequest) => IncomingResponse | Promise<IncomingResponse>;
let refusal: () => IncomingResponse | Promise<IncomingResponse>;

const form = ({ body }: OutgoingRequest) => new URLSearchParams(body as string);
const sentSecrets = () => w.http.requests.map((request) => form(request).get('client_secret'));

beforeEach(async () => {
  w = await world();
  live = ['old'];
  tokens = countingTokens();
  refusal = () => jsonAnswer(401, { error: 'invalid_client' });
  w.http.answers((request) =>
    live.includes(form(request).get('client_secret') ?? '') ? tokens(request) : refusal(),
  );
});

const post = { clientAuthentication: 'client_secret_post' };
const document = (auth: object = {}, parts: object = {}) =>
  oauth2Document({ auth: { ...post, clientSecret: 'old', nextClientSecret: 'new', ...auth }, ...parts });
const where = ({ id: serviceId }: Pick<Service, 'id'>) => ({
  organizationId: w.organizationId,
  workspaceId: w.workspaceId,
  serviceId,
});
const now = (service: Service) => getService(w.deps, where(service));
const secretsOf = async (service: Service, environment = 'production') =>
  Object.fromEntries(
    Object.entries(await secretsIn(w.deps, await now(service), environment)).map(([name, value]) => [
      name,
      value.reveal(),
    ]),
  );
const refresh = ({ id: authId }: Pick<Auth, 'id'>, deps = w.deps) =>
  passing(
    w.clock,
    refreshNow(deps, { organizationId: w.organizationId, workspaceId: w.workspaceId, authId }),
  );
const connected = async (auth: object = {}) => {
  const service = await serviceOf(w, document(auth));
  const made = await connectedAuth(w, service);
  w.http.requests.splice(0);
  return { service, auth: made };
};

describe('while a service has two client secrets', () => {
  it('the present one is used as long as the provider takes it, and the next one is not sent', async () => {
    const { service, auth } = await connected();
    await refresh(auth);
    expect(sentSecrets()).toEqual(['old']);
    expect(await secretsOf(service)).toEqual({ clientSecret: 'old', nextClientSecret: 'new' });
    expect(told(w, 'service.')).toEqual([]);
  });

  it('a renewal that is refused for the present one is sent once more with the next one, which takes over', async () => {
    const { service, auth } = await connected();
    const version = (await now(service)).version;
    live = ['new'];
    const renewed = await refresh(auth);
    expect(renewed.credential.version).not.toBe(auth.credential.version);
    expect(renewed.attempt).toBeUndefined();
    expect(sentSecrets()).toEqual(['old', 'new']);
    const spent = w.http.requests.map((request) => form(request).get('refresh_token'));
    expect(spent).toEqual(['refresh-1', 'refresh-1']);
    expect(await secretsOf(service)).toEqual({ clientSecret: 'new' });
    expect(told(w, 'service.')).toEqual(['service.client_secret_rolled_over']);
    expect(w.bus.events.at(-1)?.type).not.toBe('auth.refresh_failed');
    // What is read of the service is another now.
    expect((await now(service)).version).toBe(version + 1);
    expect(JSON.stringify(w.bus.events)).not.toMatch(/"(old|new)"/);
    await refresh(renewed);
    expect(sentSecrets()).toEqual(['old', 'new', 'new']);
  });

  it('nothing is lost when the next one is not live yet: one more call, and all is as with one secret', async () => {
    const { service, auth } = await connected();
    live = [];
    expect((await refresh(auth)).failure).toMatchObject({ code: 'invalid_client', count: 1 });
    expect(sentSecrets()).toEqual(['old', 'new']);
    expect(told(w, 'service.')).toEqual(['service.client_rejected']);
    expect(await secretsOf(service)).toEqual({ clientSecret: 'old', nextClientSecret: 'new' });
    live = ['old'];
    expect((await refresh(auth)).failure).toBeUndefined();
    live = ['new'];
    expect((await refresh(auth)).failure).toBeUndefined();
    expect((await now(service)).clientRejectedAt).toBeUndefined();
  });

  it('a second call whose answer is lost leaves the intent open, as any call does', async () => {
    const { service, auth } = await connected();
    live = ['new'];
    tokens = () => Promise.reject(new HttpFailure('reset', true));
    expect(await refresh(auth)).toMatchObject({ attempt: { until: 0 }, failure: { code: 'reset' } });
    expect(await secretsOf(service)).toEqual({ clientSecret: 'old', nextClientSecret: 'new' });
  });

  it.each([
    ['a grant that is over', 400, { error: 'invalid_grant' }],
    ['a grant that is over, by 401', 401, { error: 'invalid_grant' }],
    ['a scope', 400, { error: 'invalid_scope' }],
    ['a request', 400, { error: 'invalid_request' }],
    ['nothing but its own state', 503, {}],
  ])('a call that is refused for %s is not sent again', async (_, status, body) => {
    const { auth } = await connected();
    live = ['new'];
    refusal = () => jsonAnswer(status, body);
    await refresh(auth).catch(() => undefined);
    expect(sentSecrets()).toEqual(['old']);
  });

  it.each([
    ['at 200, by a word of its own', () => jsonAnswer(200, { error: 'incorrect_client_credentials' })],
    ['at 400, because it may not use the grant', () => jsonAnswer(400, { error: 'unauthorized_client' })],
    ['by 401 and a page', () => answer(401, '<p>no</p>')],
  ])('a refusal of the client counts however the provider says it: %s', async (_, said) => {
    const { service, auth } = await connected();
    live = ['new'];
    refusal = said;
    // Of what is kept under the version only the good answer may be there.
    expect((await refresh(auth)).failure).toBeUndefined();
    expect(await secretsOf(service)).toEqual({ clientSecret: 'new' });
  });

  it('a code that the definition says it of counts too', async () => {
    const { auth } = await connected({ tokenResponse: { errors: { app_secret_over: 'client' } } });
    live = ['new'];
    refusal = () => jsonAnswer(400, { error: 'app_secret_over' });
    expect((await refresh(auth)).failure).toBeUndefined();
  });

  it('the second call is not made when the lease might not cover it', async () => {
    const { auth } = await connected();
    live = ['new'];
    refusal = async () => {
      await w.clock.sleep(21_000);
      return jsonAnswer(401, { error: 'invalid_client' });
    };
    expect((await refresh(auth)).failure).toMatchObject({ code: 'invalid_client' });
    expect(sentSecrets()).toEqual(['old']);
    refusal = async () => {
      await w.clock.sleep(15_000);
      return jsonAnswer(401, { error: 'invalid_client' });
    };
    expect((await refresh(auth)).failure).toBeUndefined();
  });

  it('the token is kept though the secrets cannot change places; the next renewal does that', async () => {
    const { auth } = await connected();
    live = ['new'];
    const deps = otherProcess(w.deps, {
      store: {
        ...w.deps.store,
        replace: (collection, item) =>
          collection.name === services.name
            ? Promise.reject(new Error('gone'))
            : w.deps.store.replace(collection, item),
      },
    });
    const renewed = await refresh(auth, deps).catch(() => undefined);
    expect(renewed?.credential.lineage).not.toBe(auth.credential.lineage);
    expect(renewed?.failure).toBeUndefined();
    expect(renewed).toBeDefined();
    expect(told(w, 'service.')).toEqual([]);
    await refresh(auth);
    expect(sentSecrets()).toEqual(['old', 'new', 'old', 'new']);
    expect(told(w, 'service.')).toEqual(['service.client_secret_rolled_over']);
  });

  it('many renewals side by side make them change places once, and all succeed', async () => {
    const service = await serviceOf(w, document());
    const some: Auth[] = [];
    for (let index = 0; index < 5; index += 1) some.push(await connectedAuth(w, service));
    live = ['new'];
    const renewed = await Promise.all(some.map((auth) => refresh(auth)));
    expect(renewed.map(({ credential }) => credential.lineage)).not.toContain(some[0]?.credential.lineage);
    expect(renewed.map(({ failure }) => failure)).toEqual(some.map(() => undefined));
    expect(told(w, 'service.')).toEqual(['service.client_secret_rolled_over']);
  });

  it('a code is exchanged by the next one when the present one is refused', async () => {
    const service = await serviceOf(w, document());
    live = ['new'];
    expect((await connectedAuth(w, service)).state).toBe('active');
    expect(w.http.requests.map((request) => form(request).get('code'))).toEqual(['the-code', 'the-code']);
    expect(told(w, 'service.')).toEqual(['service.client_secret_rolled_over']);
  });

  it('client credentials are asked for by the next one when the present one is refused', async () => {
    const service = await serviceOf(
      w,
      clientDocument({ ...post, clientSecret: 'old', nextClientSecret: 'new' }),
    );
    live = ['new'];
    const auth = await makeAuth(w, { serviceId: service.id });
    expect(auth.state).toBe('active');
    expect(await secretsOf(service)).toEqual({ clientSecret: 'new' });
    await refresh(auth);
    expect(sentSecrets()).toEqual(['old', 'new', 'new']);
  });

  it('a client that proves itself by no secret is called once', async () => {
    live = [''];
    const { auth } = await connected({ clientAuthentication: 'none' });
    live = [];
    expect((await refresh(auth)).failure).toMatchObject({ code: 'invalid_client' });
    expect(w.http.requests).toHaveLength(1);
  });

  it('no secret is written for the change: the vault has both', async () => {
    const { service, auth } = await connected();
    const path = w.vault.paths().find((each) => each.startsWith('service/')) ?? '';
    live = ['new'];
    await refresh(auth, {
      ...w.deps,
      vault: {
        ...w.deps.vault,
        put: (ref, ...more) =>
          ref.kind === 'service' ? Promise.reject(new Error('not allowed')) : w.deps.vault.put(ref, ...more),
      },
    });
    expect(w.vault.versions(path)).toBe(1);
    expect(await secretsOf(service)).toEqual({ clientSecret: 'new' });
    await edited(w, service, document({ clientSecret: undefined, nextClientSecret: 'third' }));
    expect(await secretsOf(service)).toEqual({ clientSecret: 'new', nextClientSecret: 'third' });
  });

  it('an edit in between keeps its own secrets: nothing changes places', async () => {
    const { service } = await connected();
    const before = inUse(await now(service), 'production');
    await edited(w, service, document({ clientSecret: 'other', nextClientSecret: 'fourth' }));
    await rollOver(w.deps, before);
    expect(await secretsOf(service)).toEqual({ clientSecret: 'other', nextClientSecret: 'fourth' });
    expect(told(w, 'service.client')).toEqual([]);
  });
});

describe('the next client secret', () => {
  it('is shown as set or not and since when, and sent back as it was read it is kept (R53)', async () => {
    const service = await serviceOf(w, document());
    await w.clock.advance(minute);
    const shown = showService(service);
    expect(shown.auth['nextClientSecret']).toEqual({ set: true, updatedAt: '2026-03-02T09:00:00.000Z' });
    expect(showService(await edited(w, service, shown)).auth['nextClientSecret']).toEqual(
      shown.auth['nextClientSecret'],
    );
    expect(showService(await serviceOf(w, oauth2Document())).auth).not.toHaveProperty('nextClientSecret');
  });

  it('goes when the client secret is given anew without it', async () => {
    const service = await serviceOf(w, document());
    const after = await edited(w, service, document({ clientSecret: 'new', nextClientSecret: undefined }));
    expect(await secretsOf(service)).toEqual({ clientSecret: 'new' });
    expect(showService(after).auth).not.toHaveProperty('nextClientSecret');
  });

  it('brings the date of its own end along', async () => {
    const [first, second] = ['2026-04-01T00:00:00Z', '2028-04-01T00:00:00Z'];
    const dates = { clientSecretExpiresAt: first, nextClientSecretExpiresAt: second };
    const { service, auth } = await connected(dates);
    live = ['new'];
    await refresh(auth);
    const shown = showService(await now(service));
    expect(shown.auth['clientSecretExpiresAt']).toBe(second);
    expect(shown.auth['nextClientSecretExpiresAt']).toBeUndefined();
    expect(
      (await w.deps.store.get(services, serviceKey(w.organizationId, service.id)))?.toldDates,
    ).toBeUndefined();
  });

  it('of production serves an environment that uses its client secret, and changes places for both', async () => {
    const service = await serviceOf(w, {
      ...clientDocument({ ...post, clientSecret: 'old', nextClientSecret: 'new' }),
      environments: { sandbox: { baseUrl: 'https://sandbox.robot.example' } },
    });
    live = ['new'];
    await makeAuth(w, { serviceId: service.id, environment: 'sandbox' });
    expect(await secretsOf(service)).toEqual({ clientSecret: 'new' });
    expect(await secretsOf(service, 'sandbox')).toEqual({ clientSecret: 'new' });
  });

  it('of production stays where it is when only the token endpoint of another environment takes it', async () => {
    const sandbox = { auth: { tokenUrl: 'https://box.robot.example/token' } };
    const definition = clientDocument({ ...post, clientSecret: 'old', nextClientSecret: 'new' });
    const service = await serviceOf(w, { ...definition, environments: { sandbox } });
    live = ['new'];
    await makeAuth(w, { serviceId: service.id, environment: 'sandbox' });
    expect(await secretsOf(service)).toEqual({ clientSecret: 'old', nextClientSecret: 'new' });
    await makeAuth(w, { serviceId: service.id });
    expect(await secretsOf(service)).toEqual({ clientSecret: 'new' });
  });

  it("of production is not sent for an environment's own client secret, nor the other way round", async () => {
    const own = { auth: { clientSecret: 'box-old', nextClientSecret: 'box-new' } };
    const sandbox = (parts: object) => ({
      ...clientDocument({ ...post, clientSecret: 'old', nextClientSecret: 'new' }),
      environments: { sandbox: parts },
    });
    const apart = await serviceOf(w, sandbox({ auth: { clientSecret: 'box-old' } }));
    expect(await secretsOf(apart, 'sandbox')).toEqual({ clientSecret: 'box-old' });
    const service = await serviceOf(w, sandbox(own));
    live = ['box-new'];
    await makeAuth(w, { serviceId: service.id, environment: 'sandbox' });
    expect(sentSecrets()).toEqual(['box-old', 'box-new']);
    expect(await secretsOf(service, 'sandbox')).toEqual({ clientSecret: 'box-new' });
    expect(await secretsOf(service)).toEqual({ clientSecret: 'old', nextClientSecret: 'new' });
    const rolled = w.bus.events.find(({ type }) => type === 'service.client_secret_rolled_over');
    expect(rolled?.data).toMatchObject({ environment: 'sandbox' });
  });

  it('of an environment takes its date along there', async () => {
    const service = await serviceOf(w, {
      ...clientDocument({ ...post, clientSecret: 'old', clientSecretExpiresAt: '2027-01-01T00:00:00Z' }),
      environments: {
        sandbox: {
          auth: {
            clientSecret: 'box-old',
            nextClientSecret: 'box-new',
            clientSecretExpiresAt: '2026-12-01T00:00:00Z',
          },
        },
      },
    });
    live = ['box-new'];
    await makeAuth(w, { serviceId: service.id, environment: 'sandbox' });
    const { definition } = await now(service);
    expect(definition.environments['sandbox']?.auth).toEqual({});
    expect(definition.auth).toMatchObject({ clientSecretExpiresAt: '2027-01-01T00:00:00Z' });
  });
});
