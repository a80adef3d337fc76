import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { startProduct, type RunningProduct } from './support/product.ts';
import { connectDemo, consent, demoService, must, organizationWorkspace, type Body } from './support/way.ts';

let product: RunningProduct;

afterEach(() => product.discard());

const everything = async (workspaceId: string): Promise<readonly Body[]> =>
  Promise.all(
    [
      '/v1/workspaces',
      '/v1/keys',
      `/v1/workspaces/${workspaceId}/services`,
      `/v1/workspaces/${workspaceId}/auths`,
      '/v1/umbrellas',
      '/v1/subscriptions',
    ].map((path) => must(product, 200, ['GET', path])),
  );

describe('a stop', () => {
  it('by SIGTERM ends cleanly, and a start on the same folder has everything as it was', async () => {
    product = await startProduct();
    const workspaceId = await organizationWorkspace(product);
    await must(product, 201, ['POST', '/v1/keys', { name: 'Backend', role: 'contributor' }]);
    const { authId } = await connectDemo(product, workspaceId);
    await must(product, 200, ['POST', '/_local/clock', { advance: 'PT3H' }]);
    const before = await everything(workspaceId);
    const events = await must(product, 200, ['GET', '/_local/events']);
    expect(await product.kill('SIGTERM')).toBe(0);

    const { directory, key } = product;
    product = await product.restart();
    expect(product).toMatchObject({ directory, key });
    expect(await everything(workspaceId)).toEqual(before);
    expect(await must(product, 200, ['GET', '/_local/events'])).toEqual(events);
    expect((await product.api.call('GET', `/v1/proxy/${authId}/me`)).status).toBe(200);
    await must(product, 200, ['POST', `/v1/workspaces/${workspaceId}/auths/${authId}/refresh`]);
  }, 60_000);

  it('keeps a second process off the same folder with a sentence', async () => {
    product = await startProduct();
    await expect(startProduct({ directory: product.directory })).rejects.toThrow('uses this data folder');
  }, 60_000);
});

describe('SIGKILL', () => {
  /** Milliseconds after the callback was sent: before, amid and after the exchange. */
  const moments = [0, 4, 8, 12, 18, 30];

  it('at any point of a callback leaves an auth that works or none, and the link works on', async () => {
    product = await startProduct();
    const workspaceId = await organizationWorkspace(product);
    const service = await must(product, 201, [
      'POST',
      `/v1/workspaces/${workspaceId}/services`,
      demoService(product),
    ]);
    const sessions = `/v1/workspaces/${workspaceId}/connect-sessions`;
    for (const moment of moments) {
      const session = await must(product, 201, ['POST', sessions, { serviceId: service.id }]);
      const callback = fetch(await consent(session.url)).catch(() => undefined);
      await setTimeout(moment);
      await product.kill('SIGKILL');
      await callback;
      product = await product.restart();
      const after = await must(product, 200, ['GET', `${sessions}/${session.id}`]);
      if (after.status !== 'complete') {
        const page = await fetch(await consent(session.url));
        expect([moment, page.status]).toEqual([moment, 200]);
      }
      const outcome = await must(product, 200, ['GET', `${sessions}/${session.id}`]);
      expect([moment, outcome.status]).toEqual([moment, 'complete']);
      expect((await product.api.call('GET', `/v1/proxy/${outcome.authId}/me`)).status).toBe(200);
    }
    const { items } = await must(product, 200, ['GET', `/v1/workspaces/${workspaceId}/auths`]);
    expect(items.map(({ state }) => state)).toEqual(moments.map(() => 'active'));
  }, 120_000);

  it('at any point of a renewal loses no auth: it works, or says that the rotation was lost', async () => {
    product = await startProduct();
    const workspaceId = await organizationWorkspace(product);
    for (const moment of moments) {
      const { authId } = await connectDemo(product, workspaceId);
      const path = `/v1/workspaces/${workspaceId}/auths/${authId}`;
      const renewal = product.api.call('POST', `${path}/refresh`).catch(() => undefined);
      await setTimeout(moment);
      await product.kill('SIGKILL');
      await renewal;
      product = await product.restart();
      // The lease of the killed process outlasts its call; then what it left is found and settled.
      await must(product, 200, ['POST', '/_local/clock', { advance: 'PT2M' }]);
      const auth = await must(product, 200, ['GET', path]);
      expect([moment, auth.state]).toEqual([moment, expect.stringMatching(/^(active|needs_reconnect)$/)]);
      if (auth.state === 'needs_reconnect') expect(auth).toMatchObject({ cause: 'lost_rotation' });
      else expect((await product.api.call('GET', `/v1/proxy/${authId}/me`)).status).toBe(200);
    }
  }, 120_000);
});
