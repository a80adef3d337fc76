import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { ImportRequest } from '#shared/domain/services/import-request.ts';
import { importService } from '#shared/domain/services/import.ts';
import { EgressRefused, HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { memoryPorts } from '../../../support/deps.ts';
import { completed } from '../../protocols/describe/complete.ts';

const issuer = 'https://login.acme.example/tenant';
const openIdUrl = `${issuer}/.well-known/openid-configuration`;
const oauthUrl = 'https://login.acme.example/.well-known/oauth-authorization-server/tenant';

const metadata = (changes: object = {}) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  scopes_supported: ['openid', 'offline_access'],
  code_challenge_methods_supported: ['S256'],
  ...changes,
});

const answer = (status: number, text = ''): IncomingResponse => ({
  status,
  headers: [['content-type', 'application/json']],
  body: Readable.from([Buffer.from(text)]),
});

/** A world that answers some URLs, and all others with 404. */
const worldOf = (answers: Record<string, () => IncomingResponse>, plainHttp = false) => {
  const ports = memoryPorts();
  ports.http.answers(({ url }) => Promise.resolve(answers[url]?.() ?? answer(404)));
  const deps = { ...ports.deps, settings: { ...ports.deps.settings, plainHttp } };
  return { deps, http: ports.http };
};

const json = (value: unknown) => () => answer(200, JSON.stringify(value));
const rejected = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing was rejected',
    (error: unknown) => error,
  );

const oidcDocument = (url: string, rest: object = {}) => ({
  openapi: '3.1.0',
  info: { title: 'Acme' },
  servers: [{ url: 'https://api.acme.example' }],
  components: { securitySchemes: { oidc: { type: 'openIdConnect', openIdConnectUrl: url } } },
  ...rest,
});

describe('an import from an issuer', () => {
  it('reads the metadata of OpenID and gives a draft that can be completed', async () => {
    const { deps, http } = worldOf({ [openIdUrl]: json(metadata()) });
    const made = await importService(deps, { issuer });
    expect(made.draft.auth).toMatchObject({ grant: 'authorization_code', issuer, pkce: 'S256' });
    expect(ServiceInput.safeParse(completed(made)).success).toBe(true);
    expect(http.requests).toEqual([
      expect.objectContaining({ method: 'GET', url: openIdUrl, timeoutMilliseconds: 10_000 }),
    ]);
    expect(http.requests[0]?.headers).toContainEqual(['accept', 'application/json']);
  });

  it('reads the metadata of RFC 8414 where there is none of OpenID', async () => {
    const { deps, http } = worldOf({ [oauthUrl]: json(metadata()) });
    expect((await importService(deps, { issuer })).draft.auth).toMatchObject({ tokenUrl: `${issuer}/token` });
    expect(http.requests.map(({ url }) => url)).toEqual([openIdUrl, oauthUrl]);
  });

  it('uses nothing of another issuer', async () => {
    const { deps } = worldOf({ [openIdUrl]: json(metadata({ issuer: 'https://evil.example' })) });
    const made = await importService(deps, { issuer });
    expect(made.draft).toEqual({});
    expect(made.findings).toEqual([expect.objectContaining({ level: 'error', path: 'issuer' })]);
  });

  it.each([
    ['no URL', 'login'],
    ['plain HTTP', 'http://login.acme.example'],
    ['another scheme', 'file:///etc/passwd'],
    ['a user name', 'https://me@login.acme.example'],
    ['a query', 'https://login.acme.example?x=1'],
    ['an empty query', 'https://login.acme.example?'],
    ['a fragment', 'https://login.acme.example/#x'],
    ['a line break', 'https://login.acme.example/\nx'],
    ['a backslash', 'https://login.acme.example\\x'],
  ])('is refused before anything is sent when the issuer has %s', async (_, wrong) => {
    const { deps, http } = worldOf({});
    expect(await rejected(importService(deps, { issuer: wrong }))).toMatchObject({
      status: 422,
      code: 'invalid_request',
      details: [{ path: 'body.issuer' }],
    });
    expect(http.requests).toEqual([]);
  });

  it('takes plain HTTP where the deployment does', async () => {
    const local = 'http://localhost:4001';
    const url = `${local}/.well-known/openid-configuration`;
    const { deps } = worldOf({ [url]: json(metadata({ issuer: local })) }, true);
    expect((await importService(deps, { issuer: local })).draft.auth).toBeDefined();
  });

  it.each<[string, Error, RegExp]>([
    ['must not be called', new EgressRefused('private'), /must not call/],
    ['does not answer', new HttpFailure('timeout', true), /10 seconds/],
  ])('says so when the issuer %s', async (_, failure, message) => {
    const ports = memoryPorts();
    ports.http.answers(() => Promise.reject(failure));
    expect(await rejected(importService(ports.deps, { issuer }))).toMatchObject({
      status: 422,
      code: 'discovery_unreachable',
      message: expect.stringMatching(message),
    });
  });

  it('lets an error of our own stay one', async () => {
    const ports = memoryPorts();
    const failure = new TypeError('ours');
    ports.http.answers(() => Promise.reject(failure));
    expect(await rejected(importService(ports.deps, { issuer }))).toBe(failure);
  });

  const breaksOff = (): IncomingResponse => ({
    status: 200,
    headers: [],
    body: (async function* () {
      yield Buffer.from('{');
      await Promise.reject(new Error('reset'));
    })(),
  });

  it.each([
    ['is a redirect', () => answer(302), 'discovery_unreadable', /redirect \(302\), which is not followed/],
    ['is not there', () => answer(404), 'discovery_unreadable', /answered 404/],
    ['is no JSON', () => answer(200, '<html>'), 'discovery_unreadable', /no JSON/],
    ['is no metadata', () => answer(200, '[]'), 'discovery_unreadable', /no metadata/],
    [
      'is nested deeply',
      () => answer(200, '['.repeat(9999) + ']'.repeat(9999)),
      'discovery_unreadable',
      /deeper/,
    ],
    ['is large', () => answer(200, ' '.repeat(1_048_577)), 'discovery_unreadable', /1 MB/],
    ['breaks off', breaksOff, 'discovery_unreachable', /broke off/],
  ])('says so when the answer %s', async (_, reply, code, message) => {
    const { deps } = worldOf({ [openIdUrl]: reply });
    expect(await rejected(importService(deps, { issuer }))).toMatchObject({
      status: 422,
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe('an import from a document', () => {
  const text =
    'openapi: 3.0.0\ninfo: {title: Acme}\nservers: [{url: https://api.acme.example}]\ncomponents: {securitySchemes: {b: {type: http, scheme: bearer}}}';

  it('takes a text, and sends nothing', async () => {
    const { deps, http } = worldOf({});
    const made = await importService(deps, { openapi: text });
    expect(ServiceInput.safeParse(completed(made)).success).toBe(true);
    expect(made.draft).toMatchObject({ name: 'Acme', auth: { type: 'token' } });
    expect(http.requests).toEqual([]);
  });

  it('never opens what a $ref names', async () => {
    const { deps, http } = worldOf({});
    const securitySchemes = { a: { $ref: 'https://evil.example/x.json' }, b: { $ref: 'file:///etc/passwd' } };
    const openapi = { openapi: '3.0.0', components: { securitySchemes } };
    expect((await importService(deps, { openapi })).findings.map(({ level }) => level)).toEqual([
      'error',
      'error',
      'error',
    ]);
    expect(http.requests).toEqual([]);
  });

  it.each([
    ['is neither JSON nor YAML', 'a: [', /neither JSON nor YAML/],
    ['is no description', '{}', /OpenAPI 3\.0 or 3\.1/],
    ['is an object that is no description', { swagger: 1 }, /OpenAPI 3\.0 or 3\.1/],
    ['contains itself', 'a: &a [*a]', /contains itself/],
  ])('is refused when it %s', async (_, openapi, message) => {
    const { deps } = worldOf({});
    expect(await rejected(importService(deps, { openapi }))).toMatchObject({
      status: 422,
      code: 'document_unreadable',
      details: [{ path: 'body.openapi', message: expect.stringMatching(message) }],
    });
  });

  it.each([issuer, `${issuer}/`])('fetches what it leaves to the discovery document of %s', async (told) => {
    const { deps } = worldOf({ [openIdUrl]: json(metadata({ issuer: told })) });
    const made = await importService(deps, { openapi: oidcDocument(openIdUrl) });
    expect(made.draft).toMatchObject({
      name: 'Acme',
      baseUrl: 'https://api.acme.example',
      auth: { type: 'oauth2', issuer: told },
    });
    expect(made.missing.map(({ path }) => path)).toEqual(['auth.clientId', 'auth.clientSecret']);
    expect(ServiceInput.safeParse(completed(made)).success).toBe(true);
  });

  it('keeps a key that is asked for beside the discovered tokens', async () => {
    const { deps } = worldOf({ [openIdUrl]: json(metadata()) });
    const document = oidcDocument(openIdUrl, { security: [{ oidc: [], sub: [] }] });
    Object.assign(document.components.securitySchemes, {
      sub: { type: 'apiKey', in: 'header', name: 'Subscription-Key' },
    });
    const made = await importService(deps, { openapi: document });
    expect(made.draft.apply).toEqual([
      { in: 'header', name: 'Authorization', value: 'Bearer {{access_token}}' },
      { in: 'header', name: 'Subscription-Key', value: '{{sub}}' },
    ]);
    expect(made.draft.auth).toMatchObject({ grant: 'authorization_code' });
  });

  it.each([
    ['does not answer', openIdUrl, {}, /answered 404/],
    ['stands at an odd place', 'https://login.acme.example/odd', {}, /does not end in/],
    ['is plain HTTP', 'http://a.example/.well-known/openid-configuration', {}, /begins with https/],
    [
      'is of another issuer',
      openIdUrl,
      { [openIdUrl]: json(metadata({ issuer: 'https://b.example' })) },
      /another issuer/,
    ],
  ])('is still a draft when its discovery document %s', async (_, url, answers, message) => {
    const { deps } = worldOf(answers);
    const made = await importService(deps, { openapi: oidcDocument(url) });
    expect(made.draft).toMatchObject({ name: 'Acme', baseUrl: 'https://api.acme.example' });
    expect(made.missing.map(({ path }) => path)).toEqual(['auth']);
    expect(made.findings.map((finding) => finding.message)).toContainEqual(expect.stringMatching(message));
  });
});

describe('a request to import', () => {
  it.each([
    ['nothing', {}],
    ['both', { openapi: {}, issuer }],
    ['an empty text', { openapi: '' }],
    ['a text of more than 1 MB', { openapi: 'x'.repeat(1_048_577) }],
    ['a list', { openapi: [] }],
    ['a number', { openapi: 7 }],
    ['something else', { issuer, url: 'https://a.example' }],
  ])('is refused with %s', (_, body) => {
    expect(ImportRequest.safeParse(body).success).toBe(false);
  });
});
