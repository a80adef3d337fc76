import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { handler as authsHandler } from '#functions/auths/lambda.ts';
import { handler as keysHandler } from '#functions/keys/lambda.ts';
import { handler as membersHandler } from '#functions/members/lambda.ts';
import { handler as proxyHandler } from '#functions/proxy/lambda.ts';
import { handler as servicesHandler } from '#functions/services/lambda.ts';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { call } from '../support/api.ts';
import { hour, world, type World } from '../support/deps.ts';
import { sharedWorkspace, tokenDocument } from '../support/nouns.ts';
import { capturedOutput } from '../support/output.ts';
import { answer } from '../support/watched.ts';

let w: World;
let output: ReturnType<typeof capturedOutput>;
let owner = '';
beforeEach(async () => {
  output = capturedOutput();
  w = await world();
  provide(w.deps);
  owner = (await firstKey(w.deps, w.organizationId)).reveal();
  w.http.answers(() => answer(200, 'hello'));
});
afterEach(() => {
  output.stop();
});

const handlers: readonly (readonly [string, unknown])[] = [
  ['/v1/keys', keysHandler],
  ['/members', membersHandler],
  ['/services', servicesHandler],
  ['/v1/proxy', proxyHandler],
  ['/auths', authsHandler],
];
const send = (method: string, path: string, { key = owner, body }: { key?: string; body?: unknown } = {}) =>
  call(handlers.find(([part]) => path.includes(part))?.[1], {
    method,
    path,
    headers: { authorization: `Bearer ${key}` },
    ...(body !== undefined && { body }),
  });
const contributorOf = async (workspaceId: string) => {
  const body = { name: 'Key', role: 'contributor', workspaceId };
  return (await send('POST', '/v1/keys', { body })).json;
};

it('R11 a service of the organization workspace stays available, and its auths usable, when who made it is gone', async () => {
  const there = `/v1/workspaces/${w.workspaceId}`;
  const team = (await sharedWorkspace(w)).id;
  const maker = await contributorOf(w.workspaceId);
  const user = { key: String((await contributorOf(team))['key']) };
  await send('PUT', `${there}/members/maker`, { body: { role: 'contributor' } });
  const service = await send('POST', `${there}/services`, {
    key: String(maker['key']),
    body: tokenDocument(),
  });
  const make = () =>
    send('POST', `/v1/workspaces/${team}/auths`, {
      ...user,
      body: { serviceId: service.json['id'], name: 'Ours', fields: { api_key: 'k' } },
    });
  const before = await make();
  expect(before.status).toBe(201);

  expect((await send('DELETE', `${there}/members/maker`)).status).toBe(204);
  expect((await send('DELETE', `/v1/keys/${String(maker['id'])}`)).status).toBe(204);
  await w.clock.advance(hour);
  expect((await send('GET', `${there}/services`, { key: String(maker['key']) })).status).toBe(401);

  const after = await make();
  expect(after.status).toBe(201);
  for (const { json } of [before, after])
    expect((await send('GET', `/v1/proxy/${String(json['id'])}/me`, user)).text).toBe('hello');
  const managed = await send('GET', `${there}/services/${String(service.json['id'])}`, user);
  expect(managed.error.code).toBe('workspace_not_found');
});
