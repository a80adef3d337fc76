import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseAllowList } from '#shared/aws/egress.ts';
import { removeService } from '#shared/domain/services/remove.ts';
import { checkSubscription } from '#shared/domain/subscriptions/check.ts';
import { createSubscription } from '#shared/domain/subscriptions/create.ts';
import { getSubscription } from '#shared/domain/subscriptions/get.ts';
import {
  NewSubscription,
  showSubscription,
  SubscriptionEdit,
  subscriptions,
} from '#shared/domain/subscriptions/subscription.ts';
import { updateSubscription } from '#shared/domain/subscriptions/update.ts';
import { removeUmbrella } from '#shared/domain/umbrellas/remove.ts';
import { newId } from '#shared/ids.ts';
import { otherProcess, world, type World } from '../../../support/deps.ts';
import { oauth2Service, umbrella } from '../../../support/nouns.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const document = {
  name: 'Operations',
  target: { type: 'webhook', url: 'https://hook.example/in' },
  events: ['auth.*'],
};

const create = async (parts: Readonly<Record<string, unknown>> = {}, deps = w.deps) => {
  const input = NewSubscription.parse({ ...document, ...parts });
  return (await createSubscription(deps, { organizationId: w.organizationId, input })).subscription;
};

const edit = (subscriptionId: string, input: unknown, ifMatch?: string) =>
  updateSubscription(w.deps, {
    organizationId: w.organizationId,
    subscriptionId,
    input: SubscriptionEdit.parse(input),
    ifMatch,
  });

const url = (text: string) => ({ target: { type: 'webhook', url: text } });

describe('an edit of a subscription', () => {
  it('changes what it gives, and leaves the rest and the signing secret', async () => {
    const made = await create({ filters: { endUserIds: ['ana'] }, digest: 'daily' });
    const edited = await edit(made.id, {
      name: 'On call',
      ...url('https://other.example/'),
      events: ['umbrella.*'],
    });
    expect(edited).toMatchObject({
      name: 'On call',
      target: { url: 'https://other.example/' },
      events: ['umbrella.*'],
      filters: { endUserIds: ['ana'] },
      digest: 'daily',
      secretVersion: made.secretVersion,
      version: 2,
    });
    const bare = await edit(made.id, { filters: null, digest: null });
    expect(showSubscription(bare)).toMatchObject({ filters: null, digest: null, version: 3 });
    const where = { organizationId: w.organizationId, subscriptionId: made.id };
    expect(await getSubscription(w.deps, where)).toEqual(bare);
  });

  it('is made only to the version that was read', async () => {
    const { id } = await create();
    await expect(edit(id, { name: 'x' }, '"2"')).rejects.toMatchObject({ status: 412 });
    await edit(id, { name: 'x' }, '"1"');
    await expect(edit(id, { name: 'y' }, '"1"')).rejects.toMatchObject({ status: 412 });
    await expect(edit(newId('subscription', w.deps), {})).rejects.toMatchObject({ status: 404 });
  });

  it('that meets another one in the same moment changes nothing', async () => {
    const { id } = await create();
    const settled = await Promise.allSettled([edit(id, { name: 'x' }), edit(id, { name: 'y' })]);
    expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('is checked as a new one is, but only in what it gives', async () => {
    const service = await oauth2Service(w);
    const { id } = await create({ filters: { serviceIds: [service.id] } });
    await removeService(w.deps, {
      organizationId: w.organizationId,
      workspaceId: w.workspaceId,
      serviceId: service.id,
      force: true,
      ifMatch: undefined,
    });
    await edit(id, { name: 'Still there' });
    for (const [input, path] of [
      [{ filters: { serviceIds: [service.id] } }, 'body.filters.serviceIds.0'],
      [{ events: ['auth.*', 'auth.unheard_of'] }, 'body.events.1'],
      [url('https://10.0.0.1/'), 'body.target.url'],
    ] as const)
      await expect(edit(id, input)).rejects.toMatchObject({ status: 422, details: [{ path }] });
  });

  it('reads what a version before filters and digests has stored', async () => {
    const { id } = await create();
    const where = { organizationId: w.organizationId, subscriptionId: id };
    const stored = await getSubscription(w.deps, where);
    expect(Object.keys(stored)).not.toContain('filters');
    expect(subscriptions.schema.parse(stored)).toEqual(stored);
    expect(showSubscription(stored)).toMatchObject({ filters: null, digest: null });
  });
});

describe('a filter on what does not exist', () => {
  it('is refused, with the place of each', async () => {
    const [service, known] = [await oauth2Service(w), await umbrella(w)];
    const ghost = (noun: 'workspace' | 'service' | 'umbrella') => newId(noun, w.deps);
    const filters = {
      workspaceIds: [w.workspaceId, ghost('workspace')],
      serviceIds: [ghost('service'), service.id],
      umbrellaIds: [known.id, ghost('umbrella'), ghost('umbrella')],
      endUserIds: ['nobody-checks-this'],
    };
    await expect(create({ filters })).rejects.toMatchObject({
      status: 422,
      code: 'invalid_subscription',
      details: [
        { path: 'body.filters.workspaceIds.1' },
        { path: 'body.filters.serviceIds.0' },
        { path: 'body.filters.umbrellaIds.1' },
        { path: 'body.filters.umbrellaIds.2' },
      ],
    });
  });

  it('is refused when it is being deleted', async () => {
    const { id } = await umbrella(w);
    await removeUmbrella(w.deps, { organizationId: w.organizationId, umbrellaId: id, ifMatch: undefined });
    await expect(create({ filters: { umbrellaIds: [id] } })).rejects.toMatchObject({
      status: 422,
      details: [{ path: 'body.filters.umbrellaIds.0' }],
    });
  });

  it('is refused when it exists in another organization alone', async () => {
    const service = await oauth2Service(w);
    const input = { filters: { serviceIds: [service.id], workspaceIds: [w.workspaceId] } };
    const elsewhere = newId('organization', w.deps);
    await expect(checkSubscription(w.deps, elsewhere, input)).rejects.toMatchObject({
      details: [{ path: 'body.filters.workspaceIds.0' }, { path: 'body.filters.serviceIds.0' }],
    });
  });

  it.each([
    [{ serviceIds: [] }],
    [{ endUserIds: ['with spaces'] }],
    [{ endUserIds: Array.from({ length: 101 }, (_, index) => `u${index}`) }],
    [{ umbrellaIds: ['svc_01hvx3s9k2m4n6p8q0r2s4t6v8'] }],
    [{ teams: ['x'] }],
  ])('or has not the form of one is refused: %j', (filters) => {
    expect(NewSubscription.safeParse({ ...document, filters }).success).toBe(false);
  });
});

describe('a webhook', () => {
  const privateUrls = [
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://10.1.2.3:8443/in',
    'https://192.168.0.1',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://localhost/',
    'https://LOCALHOST:8443/',
    'https://localhost./',
    'https://hooks.localhost/',
    'http://hook.example/in',
    'HTTP://hook.example/in',
  ];

  it.each(privateUrls)('at %s is refused', async (text) => {
    await expect(create(url(text))).rejects.toMatchObject({
      status: 422,
      details: [{ path: 'body.target.url' }],
    });
  });

  it.each([
    'https://93.184.216.34/',
    'https://[2606:4700::1111]/',
    'https://localhost.example/',
    'HTTPS://hook.example',
  ])('at %s is taken', async (text) => {
    expect((await create(url(text))).version).toBe(1);
  });

  it('at an address of its own is taken where the deployment lets it be called, and there alone', async () => {
    const allow = parseAllowList('127.0.0.1:4801,localhost:4801,10.0.0.0/8');
    const settings = { ...w.deps.settings, plainHttp: true, allow };
    const deps = otherProcess(w.deps, { settings });
    for (const text of [
      'http://127.0.0.1:4801/',
      'http://localhost:4801/in',
      'http://10.9.8.7/',
      'http://a.example/',
    ])
      expect((await create(url(text), deps)).version).toBe(1);
    for (const text of [
      'http://127.0.0.1:4802/',
      'http://localhost/',
      'http://[::1]:4801/',
      'http://192.168.0.1/',
    ])
      await expect(create(url(text), deps)).rejects.toMatchObject({ details: [{ path: 'body.target.url' }] });
    const loopback = { ...settings, allow: parseAllowList('127.0.0.0/8,::1') };
    expect(
      (await create(url('http://localhost:9/'), otherProcess(deps, { settings: loopback }))).version,
    ).toBe(1);
  });
});

describe('the number of subscriptions', () => {
  it('of an organization is bounded', async () => {
    for (let index = 0; index < 200; index += 1) await create();
    await expect(create()).rejects.toMatchObject({ status: 409, code: 'too_many_subscriptions' });
  });
});
