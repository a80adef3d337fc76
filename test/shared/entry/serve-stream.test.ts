import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod';
import { provide } from '#shared/deps.ts';
import { pageEndpoint } from '#shared/entry/endpoint.ts';
import { route } from '#shared/entry/route.ts';
import { HttpFailure } from '#shared/ports.ts';
import { memoryPorts, turns } from '../../support/deps.ts';
import { capturedOutput } from '../../support/output.ts';

interface Head {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

let head: Head | undefined;
let out: PassThrough;
let signal: AbortSignal | undefined;

/** Lambda's own, over a stream of Node's. */
const awslambda = {
  streamifyResponse: (run: unknown) => run,
  HttpResponseStream: {
    from: (stream: PassThrough, metadata: Head) => {
      head = metadata;
      return stream;
    },
  },
};
Object.assign(globalThis, { awslambda });
const { serveStream } = await import('#shared/entry/serve.ts');

const show = route({
  name: 'show',
  method: 'GET',
  path: '/{how}',
  summary: 'Bytes.',
  produces: 'any',
  consumes: 'bytes',
  request: { path: z.strictObject({ how: z.string() }), query: z.looseObject({}) },
});

const aborted = async (ended: AbortSignal): Promise<never> => {
  if (!ended.aborted) await once(ended, 'abort');
  throw new HttpFailure('aborted', true);
};

async function* pieces(how: string, ended: AbortSignal) {
  yield Buffer.from('one');
  if (how === 'hangs') await aborted(ended);
  yield Buffer.from('two');
}

const handler = serveStream(
  pageEndpoint(show, async ({ path, call }) => {
    signal = call.signal;
    if (path.how === 'waits') await aborted(call.signal!);
    return { status: 200, headers: [['x-a', '1']], body: pieces(path.how, call.signal!) };
  }),
) as (event: unknown, stream: PassThrough, context: unknown) => Promise<void>;

beforeEach(() => {
  provide(memoryPorts().deps);
  head = undefined;
  out = new PassThrough();
});

const remaining = 900_000;
const run = async (how: string, context: object = {}) => {
  const output = capturedOutput();
  const http = { method: 'GET', path: `/${how}` };
  try {
    await handler({ rawPath: `/${how}`, requestContext: { requestId: 'request-1', http } }, out, {
      getRemainingTimeInMillis: () => remaining,
      ...context,
    });
  } finally {
    output.stop();
  }
};
const text = async () => Buffer.concat((await out.toArray()) as Buffer[]).toString();

describe('an answer that streams', () => {
  it('and whose reader has gone before it begins ends the call', async () => {
    const { HttpResponseStream } = awslambda;
    const gone = new Error('The caller has gone.');
    Object.assign(awslambda, {
      HttpResponseStream: {
        from: () => {
          throw gone;
        },
      },
    });
    try {
      await expect(run('hangs')).rejects.toBe(gone);
    } finally {
      Object.assign(awslambda, { HttpResponseStream });
    }
    expect([signal?.aborted, out.destroyed]).toEqual([true, true]);
  });

  it('waits for a slow reader, and ends the call when that one goes', async () => {
    out = new PassThrough({ highWaterMark: 1 });
    const running = run('all').catch(() => undefined);
    await turns();
    expect(Buffer.from(out.read() as Buffer).toString()).toBe('one');
    out.destroy();
    await running;
    expect(signal?.aborted).toBe(true);
  });

  it('has its head first, and then each piece', async () => {
    const running = run('all');
    expect(await text()).toBe('onetwo');
    await running;
    expect(head).toMatchObject({
      statusCode: 200,
      headers: { 'x-a': '1', 'latchkey-request-id': 'request-1' },
    });
    expect(signal?.aborted).toBe(false);
  });

  it('hands a piece on while the next is yet to come, and ends the call when the reader goes away', async () => {
    const running = run('hangs').catch(() => undefined);
    const [first] = (await once(out, 'data')) as [Buffer];
    expect([first.toString(), signal?.aborted]).toEqual(['one', false]);
    out.destroy();
    await running;
    expect(signal?.aborted).toBe(true);
  });

  it('ends in order before Lambda ends the function', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    try {
      const ran = run('hangs');
      const failed = expect(ran).rejects.toThrow();
      const leftover = expect(text()).rejects.toThrow();
      await turns();
      await jest.advanceTimersByTimeAsync(remaining - 2_000);
      await Promise.all([failed, leftover]);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('that does not even begin by then is a 504', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    try {
      const running = run('waits');
      await turns();
      await jest.advanceTimersByTimeAsync(remaining - 2_000);
      expect(await text()).toContain('15 minutes');
      await running;
      expect(head?.statusCode).toBe(504);
    } finally {
      jest.useRealTimers();
    }
  });

  it('is given up before it begins when the gateway says that the caller is gone', async () => {
    const controller = new AbortController();
    const running = run('waits', { signal: controller.signal });
    await turns();
    controller.abort();
    await running;
    expect([signal?.aborted, head?.statusCode]).toEqual([true, 499]);
  });
});
