import { beforeEach, describe, expect, it } from '@jest/globals';
import { showAuth } from '#shared/domain/auths/view.ts';
import { AuthEdit, NewAuth } from '#shared/domain/auths/new-auth.ts';
import { updateAuth } from '#shared/domain/auths/update.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { told, world, type World } from '../../../support/deps.ts';
import {
  authNow,
  callback,
  countingTokens,
  makeAuth,
  oauth2Service,
  opened,
  redirectUri,
  tokenService,
} from '../../../support/nouns.ts';

let w: World;
let service: Service;
beforeEach(async () => {
  w = await world();
  service = await tokenService(w);
});

const make = (parts: Record<string, unknown> = {}) =>
  makeAuth(w, { serviceId: service.id, fields: { api_key: 'k' }, ...parts });
const input = (parts: Record<string, unknown>) =>
  NewAuth.safeParse({ name: 'Main', serviceId: service.id, ...parts });
const edit = (authId: string, change: Record<string, unknown>, ifMatch?: string) =>
  updateAuth(w.deps, {
    organizationId: w.organizationId,
    workspaceId: w.workspaceId,
    authId,
    edit: AuthEdit.parse(change),
    ifMatch,
  });

describe('tags and metadata of an auth', () => {
  it('are kept as given and shown', async () => {
    const auth = await make({
      tags: ['billing', 'eu:1'],
      metadata: { customer: { id: 7 }, list: [1, null, true] },
    });
    expect(showAuth(auth, null)).toMatchObject({
      tags: ['billing', 'eu:1'],
      metadata: { customer: { id: 7 }, list: [1, null, true] },
    });
  });

  it('are changed one by one, and what is left out stays', async () => {
    const { id } = await make({ tags: ['a'], metadata: { a: 1 } });
    expect(await edit(id, { tags: [] })).toMatchObject({
      name: 'Main',
      tags: [],
      metadata: { a: 1 },
      version: 2,
    });
    expect(await edit(id, { metadata: { b: 2 } }, '"2"')).toMatchObject({
      tags: [],
      metadata: { b: 2 },
      version: 3,
    });
    await expect(edit(id, { name: 'Late' }, '"2"')).rejects.toMatchObject({ status: 412 });
  });

  it('go with a consent into the auth that it makes, and a reconnect changes none of them', async () => {
    w.http.answers(countingTokens());
    const consented = await oauth2Service(w);
    const first = await opened(w, { serviceId: consented.id, tags: ['a'], metadata: { a: 1 } });
    const done = await completeConnect(w.deps, { query: callback(first.state), redirectUri });
    if (done.kind !== 'concluded') throw new Error(done.kind);
    const { authId } = done.session;
    expect(await authNow(w, authId)).toMatchObject({ tags: ['a'], metadata: { a: 1 } });
    const second = await opened(w, { serviceId: consented.id, authId, tags: ['b'], metadata: {} });
    await completeConnect(w.deps, { query: callback(second.state), redirectUri });
    expect(await authNow(w, authId)).toMatchObject({ tags: ['a'], metadata: { a: 1 }, epoch: 2 });
  });

  it('stand in no event', async () => {
    await make({ tags: ['planted'], metadata: { planted: 1 } });
    expect(told(w, 'auth.connected')).toHaveLength(1);
    expect(JSON.stringify(w.bus.events)).not.toContain('planted');
  });

  it.each<[string, Record<string, unknown>]>([
    ['eleven tags', { tags: Array.from({ length: 11 }, (_, index) => `t${index}`) }],
    ['a tag twice', { tags: ['a', 'a'] }],
    ['a tag of 51 characters', { tags: ['x'.repeat(51)] }],
    ['an empty tag', { tags: [''] }],
    ['a tag with a space', { tags: ['a b'] }],
    ['metadata of more than 4 kB', { metadata: { a: 'x'.repeat(4090) } }],
    ['metadata of more than 4 kB in other letters', { metadata: { a: 'é'.repeat(2045) } }],
    ['metadata that is a list', { metadata: [] }],
    ['metadata that is no JSON', { metadata: { a: undefined } }],
    ['a name of metadata that is too long', { metadata: { ['x'.repeat(101)]: 1 } }],
    ['an empty name of metadata', { metadata: { '': 1 } }],
  ])('are refused with %s', (_, parts) => {
    expect(input(parts).success).toBe(false);
  });

  it.each<[string, Record<string, unknown>]>([
    ['ten tags', { tags: Array.from({ length: 10 }, (_, index) => `t${index}`) }],
    ['4 kB of metadata', { metadata: { a: 'x'.repeat(4088) } }],
  ])('may be %s', (_, parts) => {
    expect(input(parts).success).toBe(true);
  });

  it('are refused deeper than anybody would have them, and exhaust nothing', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 60; level += 1) deep = { a: deep };
    expect(input({ metadata: { deep } }).success).toBe(true);
  });

  it('named as what every object has are data like others', async () => {
    const metadata = JSON.parse('{"constructor": 1, "toString": "x"}') as Record<string, unknown>;
    const auth = await make({ metadata });
    expect(showAuth(auth, null).metadata).toEqual(metadata);
  });

  it('never fill a placeholder', async () => {
    await expect(
      tokenService(w, { apply: [{ in: 'header', name: 'X', value: '{{metadata.customer}}' }] }),
    ).rejects.toMatchObject({ code: 'invalid_service' });
  });
});
