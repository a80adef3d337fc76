import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { signedHeaders, signingSecret } from '#shared/protocols/standard-webhooks.ts';
import { secret } from '#shared/secret.ts';

describe('signing a webhook', () => {
  it('is taken by the library of the standard, for any body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), fc.json(), (bytes, body) => {
        const key = signingSecret(bytes);
        const headers = signedHeaders([key], { id: 'evt_1', timestamp: Math.floor(Date.now() / 1000), body });
        expect(new Webhook(key.reveal()).verify(body, Object.fromEntries(headers))).toEqual(JSON.parse(body));
      }),
    );
  });

  it('makes the signature that the library makes', () => {
    const key = secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const [id, timestamp, body] = ['msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}'];
    expect(signedHeaders([key], { id, timestamp, body })).toEqual([
      ['webhook-id', id],
      ['webhook-timestamp', String(timestamp)],
      ['webhook-signature', new Webhook(key.reveal()).sign(id, new Date(timestamp * 1000), body)],
    ]);
  });

  it.each(['body', 'id', 'timestamp'] as const)('is refused when the %s was changed', (part) => {
    const key = signingSecret(new Uint8Array(32));
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = Object.fromEntries(signedHeaders([key], { id: 'a', timestamp, body: '{}' }));
    const changed = {
      body: ['{ }', headers],
      id: ['{}', { ...headers, 'webhook-id': 'b' }],
      timestamp: ['{}', { ...headers, 'webhook-timestamp': String(timestamp + 1) }],
    } as const;
    const [body, sent] = changed[part];
    expect(() => new Webhook(key.reveal()).verify(body, { ...sent })).toThrow('No matching signature found');
  });

  it('with two secrets is taken by whoever has either, as two signatures with a space between', () => {
    const [newer, older, other] = [1, 2, 3].map((byte) => signingSecret(new Uint8Array(32).fill(byte)));
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = Object.fromEntries(
      signedHeaders([newer!, older!], { id: 'a', timestamp, body: '{"a": 1}' }),
    );
    expect(headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/);
    for (const key of [newer!, older!]) {
      expect(new Webhook(key.reveal()).verify('{"a": 1}', { ...headers })).toEqual({ a: 1 });
      expect(() => new Webhook(key.reveal()).verify('{"a": 2}', { ...headers })).toThrow('No matching');
    }
    expect(() => new Webhook(other!.reveal()).verify('{"a": 1}', { ...headers })).toThrow('No matching');
  });

  it('writes its secret as the standard has it', () => {
    expect(signingSecret(Uint8Array.of(1, 2, 3)).reveal()).toBe('whsec_AQID');
  });
});
