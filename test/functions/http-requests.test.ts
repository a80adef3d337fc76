import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { handler } from '#functions/http-requests/lambda.ts';
import { HttpFailure } from '#shared/ports.ts';
import { call, type Answered } from '../support/api.ts';
import { world, type World } from '../support/deps.ts';
import { actor, keyedAuth, tokenService } from '../support/nouns.ts';
import { capturedOutput } from '../support/output.ts';
import { answer, jsonAnswer } from '../support/watched.ts';

let w: World;
let key = '';
let authId = '';
let serviceId: string | undefined;
let output: ReturnType<typeof capturedOutput>;

beforeEach(async () => {
  w = await world();
  provide(w.deps);
  key = (await firstKey(w.deps, w.organizationId)).reveal();
  ({ id: authId, serviceId } = await keyedAuth(w, await tokenService(w)));
  w.http.answers(() => jsonAnswer(200, { ok: true }));
  output = capturedOutput();
});
afterEach(() => output.stop());

const post = (
  body: unknown,
  { path = '', headers = {} }: { path?: string; headers?: Record<string, string> } = {},
): Promise<Answered> =>
  call(handler, {
    method: 'POST',
    path: `/v1/workspaces/${w.workspaceId}/http-requests${path}`,
    headers: { authorization: `Bearer ${key}`, ...headers },
    body,
  });

describe('the route of documents', () => {
  it('answers with what the service answered, and by which auth and service', async () => {
    const { status, json } = await post({ authId, path: '/me', headers: { Via: 'x' } });
    expect({ status, json }).toEqual({
      status: 200,
      json: {
        response: {
          status: 200,
          headers: { 'content-type': 'application/json' },
          bodyKind: 'json',
          body: { ok: true },
        },
        authId,
        serviceId,
        warnings: [
          'The header Via was left out: it is written by whoever sends, or holds what only Latchkey sets.',
        ],
      },
    });
  });

  it('gives the call at the service the signal that ends it when the API can wait no longer', async () => {
    await post({ authId });
    expect(w.http.requests.at(-1)!.signal).toBeInstanceOf(AbortSignal);
  });

  it('writes numbers as the service wrote them', async () => {
    w.http.answers(() => answer(200, '[12345678901234567890]', [['content-type', 'application/json']]));
    expect((await post({ authId })).text).toContain('[12345678901234567890]');
  });

  it('answers 502 with the whole answer beside the error when the status is none of those accepted', async () => {
    w.http.answers(() => jsonAnswer(409, { message: 'planted-answer' }));
    const { status, headers, json, error } = await post({ authId, acceptStatus: ['200-299', 404] });
    expect({ status, code: error.code, told: headers['latchkey-error'] }).toEqual({
      status: 502,
      code: 'unaccepted_status',
      told: 'unaccepted_status',
    });
    expect(json['response']).toMatchObject({ status: 409, body: { message: 'planted-answer' } });
    expect(json['requestId']).toBe('request-1');
    expect(output.text()).not.toContain('planted-answer');
  });

  it('sends a document each time, also under an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' };
    await post({ authId, method: 'POST' }, { headers });
    await post({ authId, method: 'POST' }, { headers });
    expect(w.http.requests).toHaveLength(2);
    expect(w.http.requests.flatMap((each) => each.headers.map(([name]) => name))).not.toContain(
      'idempotency-key',
    );
  });

  it('answers 504 and 413 where the platform ends it, each naming the limit and the streaming URL', async () => {
    const later = ['at the streaming URL of the deployment', 'at https://stream.example'];
    for (const [index, streamingUrl] of [undefined, 'https://stream.example'].entries()) {
      provide({ ...w.deps, settings: { ...w.deps.settings, streamingUrl } });
      w.http.answers(() => Promise.reject(new HttpFailure('timeout', true)));
      const late = await post({ authId });
      expect([late.status, late.error.code]).toEqual([504, 'upstream_timeout']);
      expect(late.error.message).toMatch(/within 25 seconds\. The API waits 30 seconds at the most/);
      w.http.answers(() => answer(200, 'a'.repeat(5_000_000)));
      const large = await post({ authId });
      expect([large.status, large.error.code]).toEqual([413, 'answer_too_large']);
      expect(large.error.message).toContain('6 MB');
      for (const { error } of [late, large]) expect(error.message).toContain(`to /v1/proxy ${later[index]!}`);
    }
  });

  it('is not for viewers (R56)', async () => {
    const { text: viewer } = await createKey(w.deps, {
      by: actor(w),
      input: { name: 'Reader', role: 'viewer' },
    });
    const headers = { authorization: `Bearer ${viewer.reveal()}` };
    expect((await post({ authId }, { headers })).status).toBe(403);
    const command = { curl: 'curl https://x.example' };
    expect((await post(command, { path: '/parse-curl', headers })).status).toBe(403);
    expect(w.http.requests).toHaveLength(0);
  });
});

describe('the route of curl commands', () => {
  it('makes a document that can be sent as it is, and calls nothing itself', async () => {
    const curl = `curl -X PATCH 'https://api.keyed.example/contacts?a=b c' -H 'X-Api-Key: planted' --json '{"name": "Ada"}'`;
    const { status, json, text } = await post({ curl, authId }, { path: '/parse-curl' });
    expect([status, w.http.requests.length]).toEqual([200, 0]);
    expect(text).not.toContain('planted');
    expect((await post(json['document'])).status).toBe(200);
    expect(w.http.requests.at(-1)).toMatchObject({
      method: 'PATCH',
      url: 'https://api.keyed.example/contacts?a=b%20c',
      headers: [
        ['Accept', 'application/json'],
        ['Content-Type', 'application/json'],
        ['x-api-key', 'the-api-key'],
      ],
      body: Buffer.from('{"name":"Ada"}'),
    });
  });

  it('says what is wrong with one that it cannot read', async () => {
    const { status, error } = await post({ curl: 'curl "https://x.example' }, { path: '/parse-curl' });
    expect({ status, ...error }).toMatchObject({
      status: 422,
      code: 'unreadable_curl',
      details: [{ path: 'body.curl', message: 'A double quote is not closed.' }],
    });
  });
});
