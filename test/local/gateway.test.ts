import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGateway } from '../../local/gateway.ts';
import { capturedOutput } from '../support/output.ts';

let gateway: Awaited<ReturnType<typeof startGateway>>;
let output: ReturnType<typeof capturedOutput>;
beforeAll(async () => {
  output = capturedOutput();
  const broken = () => Promise.reject(new Error('planted'));
  gateway = await startGateway(0, {
    handlers: new Map([['workspaces/lambda.ts', broken]]),
    streamingProxy: null as never,
    local: () => Promise.resolve(false),
  });
});
afterAll(async () => {
  await gateway.stop();
  output.stop();
});

describe('an answer of the local gateway itself', () => {
  it.each([
    ['a body that is too large', 413, 'body_too_large', { body: 'x'.repeat(7_000_000) }],
    ['a function that fails', 500, 'internal_error', { body: '{}' }],
  ])('tells its code and its request, as every answer does: %s', async (_, status, code, sent) => {
    const url = `http://127.0.0.1:${gateway.port}/v1/workspaces`;
    const answer = await fetch(url, { method: 'POST', ...sent });
    const requestId = answer.headers.get('latchkey-request-id');
    expect([answer.status, answer.headers.get('latchkey-error')]).toEqual([status, code]);
    expect(requestId).toMatch(/^[\da-f-]{36}$/);
    expect(await answer.json()).toMatchObject({ error: { code, details: [] }, requestId });
  });
});
