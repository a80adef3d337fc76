import { describe, expect, it } from '@jest/globals';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { draftFromDocument } from '#shared/protocols/describe/describe.ts';
import { readDocument } from '#shared/protocols/describe/document.ts';
import { UnreadableDocument } from '#shared/protocols/describe/limits.ts';
import { completed } from './complete.ts';
import { good } from './good-documents.ts';

const drafted = (text: string) => draftFromDocument(readDocument(text));
const openapi = (rest: object) =>
  drafted(
    JSON.stringify({
      openapi: '3.0.0',
      info: { title: 'Acme' },
      servers: [{ url: 'https://a.example' }],
      ...rest,
    }),
  );
const ofSchemes = (securitySchemes: object, rest: object = {}) =>
  openapi({ components: { securitySchemes }, ...rest });

describe('a draft from a description of an API', () => {
  it.each(good)('is drawn up from $what', ({ text, draft, absent = [], missing, findings = [] }) => {
    const made = drafted(text);
    expect(made.draft).toMatchObject(draft);
    for (const member of absent) expect(made.draft).not.toHaveProperty(member);
    expect(made.missing.map(({ path }) => path)).toEqual(missing);
    for (const message of findings)
      expect(made.findings.map((finding) => finding.message)).toContainEqual(expect.stringMatching(message));
  });

  it.each(good)('can be created once what is missing is given: $what', ({ text }) => {
    const input = ServiceInput.safeParse(completed(drafted(text)));
    expect(input.error?.issues ?? []).toEqual([]);
  });

  it.each(good)('has a remedy for each finding: $what', ({ text }) => {
    for (const finding of drafted(text).findings)
      expect(finding).toEqual({
        level: expect.stringMatching(/^(error|warning|info)$/),
        path: expect.stringMatching(/./),
        message: expect.stringMatching(/./),
        remedy: expect.stringMatching(/./),
      });
  });
});

describe('security schemes that no auth can be made of', () => {
  it.each([
    ['a file', { $ref: 'file:///etc/passwd' }, /outside this document/],
    ['a path that climbs', { $ref: '../secrets.yaml#/a' }, /outside this document/],
    ['a URL', { $ref: 'http://169.254.169.254/latest#/a' }, /outside this document/],
    ['another part of the document', { $ref: '#/info' }, /outside this document/],
    ['something that is not there', { $ref: '#/components/securitySchemes/none' }, /leads to nothing/],
    ['what every object inherits', { $ref: '#/components/constructor' }, /leads to nothing/],
    ['bad percent-encoding', { $ref: '#/components/%zz' }, /leads to nothing/],
    ['itself', { $ref: '#/components/securitySchemes/a' }, /back to itself/],
    ['no text', { $ref: 7 }, /outside this document/],
  ])('are told when their $ref leads to %s', (_, a, message) => {
    const { draft, findings, missing } = ofSchemes({ a });
    expect(draft.auth).toBeUndefined();
    expect(missing).toEqual([{ path: 'auth', message: expect.any(String) }]);
    expect(findings).toContainEqual(
      expect.objectContaining({
        level: 'error',
        path: 'components.securitySchemes.a',
        message: expect.stringMatching(message),
      }),
    );
  });

  it('are told when their $ref leads over more than ten others', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 12 }, (_, place) => [
        `s${place}`,
        { $ref: `#/components/securitySchemes/s${place + 1}` },
      ]),
    );
    const { findings } = ofSchemes(
      { ...chain, s12: { type: 'http', scheme: 'basic' } },
      { security: [{ s0: [] }] },
    );
    expect(findings).toContainEqual(
      expect.objectContaining({
        path: 'components.securitySchemes.s0',
        message: expect.stringMatching(/more than ten/),
      }),
    );
  });

  it.each([
    ['mutual TLS', { type: 'mutualTLS' }],
    ['a key whose place is unknown', { type: 'apiKey', in: 'body', name: 'key' }],
    ['a key whose header has a space', { type: 'apiKey', in: 'header', name: 'X Key' }],
    ['a key whose header has a line break', { type: 'apiKey', in: 'header', name: 'X\r\nEvil' }],
    ['HTTP without a scheme', { type: 'http' }],
    ['OAuth without a flow', { type: 'oauth2', flows: {} }],
    [
      'OpenID with another scheme than HTTP',
      { type: 'openIdConnect', openIdConnectUrl: 'file:///etc/passwd' },
    ],
    ['no object at all', 'apiKey'],
  ])('are left out, with an error: %s', (_, scheme) => {
    const { draft, findings } = ofSchemes({ bad: scheme, good: { type: 'http', scheme: 'bearer' } });
    expect(draft.apply).toEqual([{ in: 'header', name: 'Authorization', value: 'Bearer {{token}}' }]);
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'error', path: 'components.securitySchemes.bad' }),
    );
  });

  it.each([
    ['of no flow', { type: 'oauth2', flow: 'device' }],
    ['of no type', { type: 'http', scheme: 'bearer' }],
  ])('are told of Swagger 2 when they are %s', (_, bad) => {
    const text = JSON.stringify({ swagger: '2.0', host: 'a.example', securityDefinitions: { bad } });
    const { findings, missing } = drafted(text);
    expect(findings).toContainEqual(
      expect.objectContaining({ level: 'error', path: 'securityDefinitions.bad' }),
    );
    expect(missing.map(({ path }) => path)).toEqual(['name', 'auth']);
  });

  it('are not put together by the dozen', () => {
    const many = Object.fromEntries(
      Array.from({ length: 40 }, (_, place) => [
        `k${place}`,
        { type: 'apiKey', in: 'query', name: `k${place}` },
      ]),
    );
    const all = Object.fromEntries(Object.keys(many).map((name) => [name, []]));
    expect(ofSchemes(many, { security: [all] }).draft.fields).toHaveLength(1);
  });

  it('leave auth to be given when there is none at all', () => {
    const { missing, findings } = openapi({});
    expect(missing.map(({ path }) => path)).toEqual(['auth']);
    expect(findings[0]?.message).toBe('The document names no security scheme.');
  });
});

it('names the discovery document of OpenID Connect, to be imported next', () => {
  const url = 'https://login.acme.example/.well-known/openid-configuration';
  const made = ofSchemes({ oidc: { type: 'openIdConnect', openIdConnectUrl: url } });
  expect(made.discovery).toEqual({ url, path: 'components.securitySchemes.oidc' });
  expect(made.findings[0]?.message).toContain(url);
  expect(made.missing.map(({ path }) => path)).toEqual(['auth']);
});

it.each([
  '{}',
  '[]',
  'null',
  '"text"',
  '{"openapi": "4.0.0"}',
  '{"swagger": "1.2"}',
  '{"openapi": {"3": 0}}',
])('refuses what is no description that it knows: %s', (text) => {
  expect(() => drafted(text)).toThrow(UnreadableDocument);
});
