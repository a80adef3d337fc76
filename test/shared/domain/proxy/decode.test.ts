import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { decodedAnswer } from '#shared/domain/proxy/decode.ts';
import { HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { answer } from '../../../support/watched.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const text = 'hello '.repeat(1000);

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const coded = (
  coding: string,
  body: Uint8Array,
  size = 7,
  more: readonly (readonly [string, string])[] = [],
) =>
  answer(200, pieces(body, size), [
    ['content-type', 'text/plain'],
    ['Content-Encoding', coding],
    ['content-length', String(body.length)],
    ...more,
  ]);

const read = async ({ body }: Pick<IncomingResponse, 'body'>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const piece of body) all.push(piece);
  return Buffer.concat(all);
};

describe('an answer that is unpacked', () => {
  it.each<[string, Uint8Array]>([
    ['gzip', gzipSync(text)],
    ['X-GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['identity, gzip', gzipSync(text)],
    ['deflate, br', brotliCompressSync(deflateSync(text))],
    ['gzip', Buffer.concat([gzipSync(text.slice(0, 3000)), gzipSync(text.slice(3000))])],
  ])('is plain, and says so: %s', async (coding, body) => {
    for (const size of [1, 7, 1_000_000]) {
      const plain = await decodedAnswer(
        coded(coding, body, size, [
          ['Content-MD5', 'x'],
          ['etag', '"e"'],
        ]),
      );
      expect(plain.headers).toEqual([
        ['content-type', 'text/plain'],
        ['etag', '"e"'],
      ]);
      expect((await read(plain)).toString()).toBe(text);
    }
  });

  it.each([
    ['a coding that nobody knows', coded('sdch', gzipSync(text))],
    ['one inherited by objects', coded('constructor', gzipSync(text))],
    ['one of several that nobody knows', coded('sdch, gzip', gzipSync(text))],
    ['more codings than anybody means', coded('gzip, gzip, gzip, gzip', gzipSync(text))],
    ['a part of a coded body', { ...coded('gzip', gzipSync(text)), status: 206 }],
    ['no coding', answer(200, gzipSync(text))],
  ])('stays as it is with %s', async (_, given) => {
    const same = await decodedAnswer(given);
    expect(same.headers).toEqual(given.headers);
    expect((await read(same)).equals(gzipSync(text))).toBe(true);
  });

  it('is empty when it was', async () => {
    const plain = await decodedAnswer(coded('gzip', new Uint8Array()));
    expect((await read(plain)).length).toBe(0);
  });

  it('comes piece by piece, while the rest is yet to come', async () => {
    const whole = gzipSync(text);
    let given = 0;
    async function* slowly() {
      for (let at = 0; at < whole.length; at += 1) {
        await Promise.resolve();
        given = at;
        yield whole.subarray(at, at + 1);
      }
    }
    const { body } = await decodedAnswer(answer(200, slowly(), [['content-encoding', 'gzip']]));
    for await (const piece of body) {
      expect(piece.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(given).toBeLessThan(whole.length);
  });

  it.each<[string, Uint8Array]>([
    ['gzip', Buffer.from('no gzip at all')],
    ['gzip', gzipSync(text).subarray(0, 40)],
    ['br', Buffer.from('no brotli')],
    ['br', brotliCompressSync(text).subarray(0, 12)],
    ['zstd', Buffer.from('no zstd')],
    ['deflate', Buffer.from([0x78, 0x9c, 1, 2, 3])],
  ])('fails while it is read when it is broken: %s', async (coding, body) => {
    await expect(read(await decodedAnswer(coded(coding, body)))).rejects.toMatchObject({
      status: 502,
      code: 'undecodable_answer',
    });
  });

  it('fails as its body does', async () => {
    async function* breaking() {
      yield gzipSync(text).subarray(0, 20);
      await Promise.resolve();
      throw new HttpFailure('reset', true);
    }
    const broken = await decodedAnswer(answer(200, breaking(), [['content-encoding', 'gzip']]));
    await expect(read(broken)).rejects.toMatchObject({ reason: 'reset' });
  });

  it('that is left gives its connection back', async () => {
    let left = false;
    async function* endless() {
      try {
        for (;;) {
          await Promise.resolve();
          yield gzipSync(text);
        }
      } finally {
        left = true;
      }
    }
    const { body } = await decodedAnswer(answer(200, endless(), [['content-encoding', 'gzip']]));
    for await (const piece of body) if (piece.byteLength > 0) break;
    await new Promise((resolve) => setImmediate(resolve));
    expect(left).toBe(true);
  });

  it('takes no memory of its own however much comes of it, and reads no further than it is read', async () => {
    const zeros = Buffer.alloc(32 * 1024 * 1024);
    const bombs = { gzip: gzipSync(zeros), br: brotliCompressSync(zeros), zstd: zstdCompressSync(zeros) };
    for (const [coding, bomb] of Object.entries(bombs)) {
      const { body } = await decodedAnswer(coded(coding, bomb, bomb.length));
      collectGarbage();
      const before = process.memoryUsage().external;
      let held = 0;
      let size = 0;
      let count = 0;
      for await (const piece of body) {
        size += piece.byteLength;
        count += 1;
        if (count % 500 !== 0) continue;
        collectGarbage();
        held = Math.max(held, process.memoryUsage().external - before);
      }
      expect(size).toBe(zeros.length);
      expect(held).toBeGreaterThan(0);
      expect([coding, held < 12 * 1024 * 1024]).toEqual([coding, true]);
    }
  });

  it('is refused when it wants a window larger than a browser gives it (RFC 9659)', async () => {
    // Magic number, a descriptor without a size, and a window of 2^27 bytes.
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 17 << 3, 0x09, 0x00, 0x00, 0x41]);
    await expect(read(await decodedAnswer(coded('zstd', frame)))).rejects.toMatchObject({
      code: 'undecodable_answer',
    });
    const small = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x00, 0x09, 0x00, 0x00, 0x41]);
    expect((await read(await decodedAnswer(coded('zstd', small)))).toString()).toBe('A');
  });
});
