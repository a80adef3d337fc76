import { describe, expect, it } from '@jest/globals';
import type { Departure } from '#shared/protocols/protocol.ts';
import { Unusable } from '#shared/protocols/unusable.ts';
import { filledScopes } from '#shared/protocols/oauth2/filled.ts';
import { ground, protocol, redirectUri } from './definition.ts';

const parameters = async (parts: Record<string, unknown>, values: Record<string, string>) => {
  const conversation = await protocol(parts).issue!(ground({ values }));
  return new URLSearchParams(conversation.request.body);
};

describe('placeholders in scopes and resources (R47)', () => {
  const parts = {
    grant: 'client_credentials',
    scopes: ['https://{{org}}.acme.example/.default', 'read'],
    resource: ['https://{{org}}.acme.example'],
  };

  it('are filled in the token request', async () => {
    const sent = await parameters(parts, { sub: 'eu', org: 'sales' });
    expect(sent.get('scope')).toBe('https://sales.acme.example/.default read');
    expect(sent.get('resource')).toBe('https://sales.acme.example');
  });

  it('are filled in the resource of an authorization request; its scopes come filled', async () => {
    const { page } = (await protocol({ resource: ['urn:{{org}}'] }).consent!.depart({
      ground: ground({ values: { sub: 'eu', org: 'a b' } }),
      redirectUri,
      state: 's',
      scopes: ['{{org}}'],
    })) as Departure;
    expect(page.searchParams.get('resource')).toBe('urn:a%20b');
    expect(page.searchParams.get('scope')).toBe('{{org}}');
  });

  it.each(['sales admin', 'sales\tadmin', 'sa"les', 'sa\\les', ' '])(
    'take no value by which another scope would be asked for: %j',
    (org) => {
      expect(() => filledScopes(['x{{org}}'], { org })).toThrow(Unusable);
      expect(() => filledScopes(['x{{org}}'], { org })).not.toThrow(org.trim() || 'sales');
    },
  );
});
