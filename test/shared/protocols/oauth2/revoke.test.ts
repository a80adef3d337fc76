import { describe, expect, it } from '@jest/globals';
import { secret, type Secret } from '#shared/secret.ts';
import { UnfilledPlaceholder } from '#shared/template.ts';
import { basicOf, form, ground, header, protocol } from './definition.ts';

type Parts = Readonly<Record<string, unknown>>;

const values = { sub: 'eu', access_token: 'the at', 'metadata.user': 'u1' };
const revoke = (parts: Parts, refreshToken: Secret | undefined = secret('the rt'), given: Parts = values) =>
  protocol(parts).revoke!(ground({ values: given as Record<string, string> }), refreshToken);

describe('taking a grant back by RFC 7009', () => {
  const revocationUrl = 'https://{{sub}}.acme.example/revoke?v=1';

  it('revokes the refresh token first and then the access token, the client authenticated', async () => {
    const requests = await revoke({ revocationUrl });
    expect(requests.map(form)).toEqual([
      { token: 'the rt', token_type_hint: 'refresh_token' },
      { token: 'the at', token_type_hint: 'access_token' },
    ]);
    for (const request of requests) {
      expect([request.method, request.url]).toEqual(['POST', 'https://eu.acme.example/revoke?v=1']);
      expect(header(request, 'content-type')).toBe('application/x-www-form-urlencoded');
      expect(basicOf(request)).toContain('cli+ent');
    }
  });

  it('reads as the example of RFC 7009 §2.1', async () => {
    const [request] = await protocol({ revocationUrl, clientId: 's6BhdRkqt3' }).revoke!(
      ground({ secrets: { clientSecret: secret('gX1fBat3bV') } }),
      secret('45ghiukldjahdnhzdauz'),
    );
    expect(header(request!, 'authorization')).toBe('Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW');
    expect(request!.body).toBe('token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token');
  });

  it('is a form by POST whatever the token endpoint wants, with the headers but not the parameters of the definition', async () => {
    const [request] = await revoke({
      revocationUrl,
      tokenRequestFormat: 'json',
      tokenRequestMethod: 'GET',
      tokenParams: { audience: 'x' },
      tokenHeaders: { 'User-Agent': 'acme' },
    });
    expect(request!.method).toBe('POST');
    expect(form(request!)).toEqual({ token: 'the rt', token_type_hint: 'refresh_token' });
    expect(header(request!, 'user-agent')).toBe('acme');
  });

  it('bears names of the provider’s own', async () => {
    const [request] = await revoke({
      revocationUrl,
      parameterNames: { token: 'tok', token_type_hint: null },
    });
    expect(form(request!)).toEqual({ tok: 'the rt' });
  });

  it('revokes what there is', async () => {
    const fresh = protocol({ revocationUrl }).revoke!;
    expect((await fresh(ground({ values }), undefined)).map(form)).toEqual([
      { token: 'the at', token_type_hint: 'access_token' },
    ]);
    expect(await fresh(ground(), undefined)).toEqual([]);
  });
});

describe('taking a grant back by a request of the definition', () => {
  const revocation = {
    method: 'DELETE',
    url: 'https://{{sub}}.acme.example/users/{{metadata.user}}/grant',
    headers: { Authorization: 'Bearer {{access_token}}' },
    query: { token: '{{refresh_token}}', app: '{{client_id}}' },
  };

  it('fills it with tokens, fields and metadata', async () => {
    const requests = await revoke({ revocation });
    expect(requests).toHaveLength(1);
    const url = new URL(requests[0]!.url);
    expect([requests[0]!.method, url.pathname]).toEqual(['DELETE', '/users/u1/grant']);
    expect(Object.fromEntries(url.searchParams)).toEqual({ token: 'the rt', app: 'cli ent:1' });
    expect(header(requests[0]!, 'authorization')).toBe('Bearer the at');
  });

  it('names the token that is not there', async () => {
    const failing = protocol({ revocation }).revoke!(ground({ values }), undefined);
    await expect(failing).rejects.toThrow(UnfilledPlaceholder);
  });

  it('gives way to RFC 7009 where the provider has that too', async () => {
    const requests = await revoke({ revocation, revocationUrl: 'https://acme.example/revoke' });
    expect(requests.map(({ url }) => url)).toEqual([
      'https://acme.example/revoke',
      'https://acme.example/revoke',
    ]);
  });
});

describe('a definition that knows of no way to take a grant back', () => {
  it('has none', () => {
    expect(protocol().revoke).toBeUndefined();
  });
});
