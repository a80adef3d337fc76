import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { moveService } from '#shared/domain/services/move.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { callAs, embeddedWorld, type EmbeddedWorld } from '../../support/embedded.ts';
import { legacyService, tokenService } from '../../support/nouns.ts';
import { capturedOutput } from '../../support/output.ts';

let w: EmbeddedWorld;
let output: ReturnType<typeof capturedOutput>;
beforeEach(async () => {
  output = capturedOutput();
  w = await embeddedWorld();
});
afterEach(() => output.stop());

const kinds: Readonly<Record<string, () => Promise<Service>>> = {
  embedded: () => tokenService({ ...w, workspaceId: w.embedded }),
  organization: () => tokenService(w),
  legacy: () => legacyService(w),
};

const solve = async (...serviceIds: readonly string[]) => {
  const body = { name: 'Sync', serviceIds };
  const { json } = await callAs(w.keys.contributor, 'POST', `${w.base}/solutions`, { body });
  return (act: string) =>
    callAs(w.keys.contributor, 'POST', `${w.base}/solutions/${String(json['id'])}/${act}`);
};

const open = (token: string, serviceId: string) =>
  callAs(token, 'POST', '/v1/end-user/connect-sessions', { body: { serviceId } });

const sendForm = (url: unknown) =>
  callAs('', 'POST', new URL(String(url)).pathname, {
    body: 'api_key=the-key',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

const auths = async (token: string) =>
  (await callAs(token, 'GET', '/v1/end-user/auths')).json['items'] as readonly unknown[];

describe.each(Object.keys(kinds))('an end user and a service that is %s', (kind) => {
  it('R26 connect only while a solution that uses it is published, also through links that were opened before', async () => {
    const { id } = await kinds[kind]!();
    const act = await solve(id);
    const token = await w.sessionOf('customer-17');
    expect((await open(token, id)).error.code).toBe('solution_not_published');
    await act('publish');
    const [first, second] = [await open(token, id), await open(token, id)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect((await sendForm(first.json['url'])).status).toBeLessThan(400);
    expect(await auths(token)).toHaveLength(1);
    await act('unpublish');
    expect((await sendForm(second.json['url'])).status).toBe(403);
    expect((await open(token, id)).error.code).toBe('solution_not_published');
    expect(await auths(token)).toHaveLength(1);
    await act('publish');
    expect((await open(token, id)).status).toBe(201);
  });
});

describe('the gate for end users', () => {
  it('R26 stays shut for a service that a bundle brought: an import publishes nothing', async () => {
    const { id, definition } = await kinds['embedded']!();
    const bundle = {
      format: 'latchkey.bundle',
      version: 1,
      services: [{ ref: 'keyed', id, name: definition.name, type: 'token' }],
      steps: [{ kind: 'http_client', service: 'keyed' }],
    };
    const path = `/v1/workspaces/${w.workspaceId}/imports`;
    expect((await callAs(w.keys.contributor, 'POST', path, { body: { bundle } })).status).toBe(201);
    const token = await w.sessionOf('customer-17');
    expect((await open(token, id)).error.code).toBe('solution_not_published');
    const body = { serviceId: id, name: 'Main', fields: { api_key: 'k' }, endUserId: 'customer-17' };
    const made = await callAs(w.keys.contributor, 'POST', `/v1/workspaces/${w.workspaceId}/auths`, { body });
    expect(made.error.code).toBe('solution_not_published');
  });

  it('R16 R26 stays open for a legacy service that is moved to the organization workspace', async () => {
    const { id: serviceId, workspaceId, organizationId } = await legacyService(w);
    await (
      await solve(serviceId)
    )('publish');
    await moveService(w.deps, { organizationId, workspaceId, serviceId });
    expect((await open(await w.sessionOf('customer-17'), serviceId)).status).toBe(201);
  });

  it('R17 R26 is shut, with 410, for a legacy service that takes no new auths any more, and it is not listed', async () => {
    const sunsetAt = new Date(w.clock.now() + 60_000).toISOString();
    const { id } = await legacyService(w, { sunsetAt });
    await (
      await solve(id)
    )('publish');
    const token = await w.sessionOf('customer-17');
    const listed = async () =>
      ((await callAs(token, 'GET', '/v1/end-user/services')).json['items'] as readonly unknown[]).length;
    const opened = await open(token, id);
    expect([opened.status, await listed()]).toEqual([201, 1]);
    await w.clock.advance(61_000);
    expect((await open(token, id)).error.code).toBe('service_sunset');
    expect(await listed()).toBe(0);
  });
});
