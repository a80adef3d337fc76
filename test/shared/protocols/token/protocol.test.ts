import { describe, expect, it } from '@jest/globals';
import type { Ground } from '#shared/protocols/protocol.ts';
import { TokenDefinition } from '#shared/protocols/token/definition.ts';
import { tokenProtocol } from '#shared/protocols/token/protocol.ts';
import { UnfilledPlaceholder } from '#shared/template.ts';

const ground = (values: Record<string, string>): Ground => ({
  values,
  secrets: {},
  now: 0,
  bytes: (length) => new Uint8Array(length),
});
const withRevocation = tokenProtocol(
  TokenDefinition.parse({
    type: 'token',
    revocation: {
      method: 'DELETE',
      url: 'https://api.acme.example/keys/{{key_id}}',
      headers: { Authorization: 'Bearer {{api_key}}' },
    },
  }),
);

describe('a token API', () => {
  it('asks nobody for anything: no consent, no issue, no renewal, nothing that fills placeholders', () => {
    const protocol = tokenProtocol(TokenDefinition.parse({ type: 'token' }));
    expect(protocol).toMatchObject({ settings: [], provides: [], needsSecrets: [], refusedBy: [] });
    expect(['consent', 'issue', 'renew', 'sign', 'revoke'].filter((act) => act in protocol)).toEqual([]);
  });

  it('never takes an answer for a credential', () => {
    const answer = { status: 200, contentType: 'application/json', body: '{"access_token":"x"}' };
    expect(withRevocation.judge(answer)).toEqual({ kind: 'transient', code: 'unreadable_answer' });
  });

  it('deletes its token by the call that the definition describes', async () => {
    expect(await withRevocation.revoke?.(ground({ api_key: 'k1', key_id: 'a/b' }), undefined)).toEqual([
      {
        method: 'DELETE',
        url: 'https://api.acme.example/keys/a%2Fb',
        headers: [
          ['accept', 'application/json'],
          ['authorization', 'Bearer k1'],
        ],
        body: undefined,
      },
    ]);
    await expect(withRevocation.revoke?.(ground({ key_id: '1' }), undefined)).rejects.toThrow(
      new UnfilledPlaceholder('api_key'),
    );
  });

  it('lists the templates of that call as settings that fields fill', () => {
    expect(withRevocation.settings.map(({ path, filledFrom }) => `${path} ${filledFrom}`)).toEqual([
      'revocation.url fields',
      'revocation.headers.Authorization fields',
    ]);
  });
});
