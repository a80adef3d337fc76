import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { startConnect } from '#shared/domain/connect/start.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { handler } from '#functions/connect/lambda.ts';
import { call, type Answered } from '../support/api.ts';
import { hour, world, type World } from '../support/deps.ts';
import { countingTokens, oauth2Service, tokenService } from '../support/nouns.ts';
import { capturedOutput } from '../support/output.ts';

const script = `<script>alert("x")</script>'&`;

let w: World;
let output: ReturnType<typeof capturedOutput>;
beforeEach(async () => {
  w = await world();
  provide(w.deps);
  w.http.answers(countingTokens());
  output = capturedOutput();
});
afterEach(() => output.stop());

const begin = async (service: Service, input: Record<string, unknown> = {}) => {
  const { url } = await startConnect(w.deps, {
    organizationId: w.organizationId,
    workspaceId: w.workspaceId,
    input: { serviceId: service.id, ...input },
  });
  return new URL(url).pathname;
};
const get = (path: string, query = '') => call(handler, { method: 'GET', path, query });
const post = (path: string, values: Record<string, string>) =>
  call(handler, { method: 'POST', path, body: new URLSearchParams(values).toString() });
const stateOf = ({ headers }: Answered) => new URL(headers['location'] ?? '').searchParams.get('state') ?? '';
const expectPlain = ({ text }: Answered) => expect(text).not.toMatch(/<script|alert\("x"\)|onerror=/i);

describe('the page of a connect session', () => {
  it('asks for the fields, everything from the definition escaped', async () => {
    const service = await tokenService(w, {
      name: `Acme ${script}`,
      fields: [
        {
          key: 'api_key',
          title: `Key ${script}`,
          help: `Help ${script}`,
          pattern: '^"><script>alert\\("x"\\)$',
          secret: true,
        },
        { key: 'note', required: false },
      ],
    });
    const page = await get(await begin(service));
    expect(page.status).toBe(200);
    expectPlain(page);
    expect(page.text).toMatch(/name="api_key"\s+type="password"/);
    expect(page.text).toContain('<form method="post">');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('goes on to the provider at once when nothing is to be asked for', async () => {
    const { status, headers } = await get(await begin(await oauth2Service(w)));
    expect([status, headers['cache-control'], headers['referrer-policy']]).toEqual([
      303,
      'no-store',
      'no-referrer',
    ]);
    expect(new URL(headers['location'] ?? '').origin).toBe('https://acme.example');
  });

  it('shows what is wrong, what the person wrote escaped and no secret of it', async () => {
    const service = await tokenService(w, {
      fields: [
        { key: 'api_key', secret: true, pattern: '^k' },
        { key: 'region', pattern: '^[a-z]+$' },
      ],
    });
    const page = await post(await begin(service), { api_key: 'planted', region: script });
    expect(page.status).toBe(422);
    expectPlain(page);
    expect(page.text).not.toContain('planted');
    expect(page.text).toContain('value="&lt;script&gt;');
  });

  it('says that a link is dead, to all that are no link in the same words', async () => {
    const path = await begin(await oauth2Service(w));
    const unknown = await get('/connect/unknown');
    await w.clock.advance(hour);
    const old = await get(path);
    expect([unknown.status, old.status, old.text]).toEqual([404, 404, unknown.text]);
    expectPlain(await get(`/connect/${encodeURIComponent(script)}`));
  });
});

describe('the end of the way', () => {
  it('is a page that names the auth, escaped', async () => {
    const service = await oauth2Service(w);
    const state = stateOf(await get(await begin(service, { name: `Mine ${script}` })));
    const page = await get('/oauth/callback', `state=${state}&code=c`);
    expect([page.status, page.text.includes('Connected')]).toEqual([200, true]);
    expectPlain(page);
  });

  it('leads back to where the platform wants the person, told how it ended', async () => {
    const service = await oauth2Service(w);
    const state = stateOf(
      await get(await begin(service, { returnUrl: 'https://platform.example/done?a=1&status=x#part' })),
    );
    const { status, headers } = await get('/oauth/callback', `state=${state}&code=c`);
    const url = new URL(headers['location'] ?? '');
    expect([status, url.origin + url.pathname, url.hash]).toEqual([
      303,
      'https://platform.example/done',
      '#part',
    ]);
    expect(url.searchParams.getAll('status')).toEqual(['complete']);
    expect(url.searchParams.get('authId')).toMatch(/^auth_/);
    expect(url.href).not.toMatch(/code=|state=|access-1/);
  });

  it('after a no is a page with a way to try again and one back, without an auth', async () => {
    const service = await oauth2Service(w);
    const path = await begin(service, { returnUrl: 'https://platform.example/done' });
    const state = stateOf(await get(path));
    const page = await get(
      '/oauth/callback',
      `state=${state}&error=access_denied&error_description=${encodeURIComponent(script)}`,
    );
    expect(page.status).toBe(400);
    expectPlain(page);
    expect(page.text).toContain(`href="https://latchkey.example${path}"`);
    expect(page.text).toMatch(/platform\.example\/done\?sessionId=cs_\w+&amp;status=failed"/);
    const again = stateOf(await get(path));
    expect((await get('/oauth/callback', `state=${again}&code=c`)).headers['location']).toContain(
      'status=complete',
    );
  });

  it.each([
    '',
    'state=unknown&code=c',
    `state=${encodeURIComponent(script)}&error=${encodeURIComponent(script)}`,
  ])('of a way that nobody began says so: %j', async (query) => {
    const page = await get('/oauth/callback', query);
    expect(page.status).toBe(400);
    expect(page.text).toContain('does not belong to anything we started');
    expectPlain(page);
  });

  it('that was reached already says so, and how it stands', async () => {
    const service = await oauth2Service(w);
    const path = await begin(service);
    const state = stateOf(await get(path));
    await get('/oauth/callback', `state=${state}&code=c`);
    const page = await get('/oauth/callback', `state=${state}&code=c`);
    expect([page.status, page.text.includes('The account is connected')]).toEqual([400, true]);
  });
});
