import { beforeEach, describe, expect, it } from '@jest/globals';
import { proxyCall } from '#shared/domain/proxy/call.ts';
import type { ByteStream } from '#shared/ports.ts';
import { minute, world, type World } from '../../../support/deps.ts';
import {
  actor,
  connectedAuth,
  countingTokens,
  keyedAuth,
  oauth2Service,
  tokenService,
  tokenUrl,
} from '../../../support/nouns.ts';
import { answer } from '../../../support/watched.ts';

const megabyte = 1_048_576;

let w: World;
beforeEach(async () => {
  w = await world();
});

/** A body in pieces of a megabyte at most. */
const streamOf = (text: string, stated = true): ByteStream => ({
  async *[Symbol.asyncIterator]() {
    for (let at = 0; at < text.length; at += megabyte) {
      await Promise.resolve();
      yield Buffer.from(text.slice(at, at + megabyte));
    }
  },
  ...(stated && { byteLength: text.length }),
});

const post = (authId: string, body: ByteStream) =>
  proxyCall(w.deps, {
    actor: actor(w),
    authId,
    method: 'POST',
    path: '/me',
    query: '',
    headers: [['content-type', 'application/json']],
    body,
  });
const sent = () => w.http.requests.at(-1)?.body;

describe('a body that streams', () => {
  it('goes on as it is where the credential has no place in it', async () => {
    const auth = await keyedAuth(w, await tokenService(w));
    const body = streamOf('{}');
    await post(auth.id, body);
    expect(sent()).toBe(body);
  });

  it('is read whole where the credential goes into it', async () => {
    const apply = [{ in: 'body', name: 'key', value: '{{api_key}}' }];
    const auth = await keyedAuth(w, await tokenService(w, { apply }));
    await post(auth.id, streamOf('{"a":1}'));
    expect(Buffer.from(sent() as Uint8Array).toString()).toBe('{"key":"the-api-key","a":1}');
  });

  it.each([true, false])(
    'is refused where that takes more than 6 MB, its length stated: %s',
    async (stated) => {
      const apply = [{ in: 'body', name: 'key', value: '{{api_key}}' }];
      const auth = await keyedAuth(w, await tokenService(w, { apply }));
      const largest = 6 * megabyte;
      await post(auth.id, streamOf(`{"a":"${'x'.repeat(largest - 8)}"}`, stated));
      const before = w.http.requests.length;
      await expect(
        post(auth.id, streamOf(`{"a":"${'x'.repeat(largest - 7)}"}`, stated)),
      ).rejects.toMatchObject({
        status: 413,
        code: 'body_too_large',
        message: expect.stringMatching(/6 MB.*credential/),
      });
      expect(w.http.requests).toHaveLength(before);
    },
  );

  it('is sent once; when the answer says that the token is over, it is renewed for the next call', async () => {
    const tokens = countingTokens();
    w.http.answers(({ url }) => (url === tokenUrl ? tokens() : answer(401, 'old')));
    const auth = await connectedAuth(w, await oauth2Service(w));
    await w.clock.advance(2 * minute);
    const before = w.http.requests.length;
    expect((await post(auth.id, streamOf('{}'))).status).toBe(401);
    const sent = w.http.requests.slice(before).map(({ url }) => url === tokenUrl);
    expect(sent).toEqual([false, true]);
  });
});
