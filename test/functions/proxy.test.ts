import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { NewKey } from '#shared/domain/keys/key.ts';
import { HttpFailure } from '#shared/ports.ts';
import { handler } from '#functions/proxy/lambda.ts';
import { call } from '../support/api.ts';
import { world, type World } from '../support/deps.ts';
import { actor, keyedAuth, tokenService } from '../support/nouns.ts';
import { capturedOutput } from '../support/output.ts';
import { answer } from '../support/watched.ts';

let w: World;
let key: string;
let path: string;
let serviceId: string;
let output: ReturnType<typeof capturedOutput>;

beforeEach(async () => {
  w = await world();
  provide(w.deps);
  const input = NewKey.parse({ name: 'k', role: 'contributor' });
  key = (await createKey(w.deps, { by: actor(w), input })).text.reveal();
  const service = await tokenService(w);
  serviceId = service.id;
  path = `/v1/proxy/${(await keyedAuth(w, service)).id}`;
  output = capturedOutput();
});
afterEach(() => output.stop());

const send = (headers: Record<string, string> = {}, more = '/me') =>
  call(handler, {
    method: 'GET',
    path: path + more,
    headers: { authorization: `Bearer ${key}`, ...headers },
  });
const last = () => w.http.requests.at(-1)!;

describe('a proxied call over the API', () => {
  it('tells which auth and service it came by, and of what request; the service cannot', async () => {
    w.http.answers(() =>
      answer(429, 'slow down', [
        ['latchkey-error', 'needs_reconnect'],
        ['latchkey-auth', 'auth_other'],
        ['retry-after', '3'],
      ]),
    );
    const { status, headers, text } = await send();
    expect([status, text, headers['retry-after']]).toEqual([429, 'slow down', '3']);
    expect(headers).toMatchObject({
      'latchkey-auth': path.split('/').at(-1),
      'latchkey-service': serviceId,
      'latchkey-request-id': 'request-1',
    });
    expect(headers).not.toHaveProperty('latchkey-error');
  });

  it('goes to the base URL with a slash or without, as sent', async () => {
    await send({}, '');
    await send({}, '/');
    expect(w.http.requests.map(({ url }) => url)).toEqual([
      'https://api.keyed.example/',
      'https://api.keyed.example/',
    ]);
  });

  it('takes its options from headers that do not go on', async () => {
    await send({ 'Latchkey-Timeout': '3', 'Latchkey-Retries': '0', 'x-mine': '1' });
    expect(last().timeoutMilliseconds).toBe(3000);
    expect(last().headers.map(([name]) => name)).toEqual(['content-type', 'x-mine', 'x-api-key']);
  });

  it.each(['/me', ''])('with an option that there is not is refused and not sent: at %j', async (at) => {
    const { status, headers, error } = await send({ 'Latchkey-Retry': '3' }, at);
    expect([status, headers['latchkey-error']]).toEqual([400, 'invalid_request']);
    expect(error.details.map((detail) => detail.path)).toEqual(['headers.latchkey-retry']);
    expect(w.http.requests).toEqual([]);
  });

  it('has 25 seconds unless asked, 28 at the most, and the error says where there are more', async () => {
    await send();
    expect(last().timeoutMilliseconds).toBe(25_000);
    w.http.answers(() => Promise.reject(new HttpFailure('timeout', true)));
    const { status, headers, error } = await send({ 'Latchkey-Timeout': '60' });
    expect(last().timeoutMilliseconds).toBe(28_000);
    expect([status, headers['latchkey-error']]).toEqual([504, 'upstream_timeout']);
    expect(error.message).toMatch(/within 28 seconds\..*to the streaming URL of the deployment\.$/);
    provide({ ...w.deps, settings: { ...w.deps.settings, streamingUrl: 'https://stream.example' } });
    expect((await send()).error.message).toContain('send the same call to https://stream.example.');
  });
});
