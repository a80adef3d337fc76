import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DemoProvider, startProvider } from '../../local/provider.ts';
import * as client from './provider-client.ts';

const { connect, read, refresh } = client;

describe('the demo provider after a restart', () => {
  let dataDirectory: string;
  let provider: DemoProvider;

  const start = (options: { port?: number; offsetMilliseconds?: number } = {}) =>
    startProvider({ redirectUris: [client.redirectUri], dataDirectory, ...options });

  const restart = async (offsetMilliseconds = 0) => {
    await provider.stop();
    provider = await start({ port: Number(new URL(provider.issuer).port), offsetMilliseconds });
  };

  beforeEach(async () => {
    dataDirectory = await mkdtemp(join(tmpdir(), 'demo-provider-'));
    provider = await start();
  });
  afterEach(async () => {
    await provider.stop();
    await rm(dataDirectory, { recursive: true });
  });

  it('is the same: its name, its client and its signing keys', async () => {
    const keys = async () => (await fetch(`${provider.issuer}/jwks`)).json();
    const before = { issuer: provider.issuer, client: provider.client, keys: await keys() };
    await restart();
    expect({ issuer: provider.issuer, client: provider.client, keys: await keys() }).toEqual(before);
  });

  it('takes a live access token and a live refresh token', async () => {
    const tokens = await connect(provider);
    await restart();
    expect((await read(provider, '/me', tokens.access_token)).status).toBe(200);
    expect((await refresh(provider, tokens.refresh_token)).status).toBe(200);
  });

  it('knows a spent refresh token as spent, and revokes its family', async () => {
    const first = await connect(provider);
    const { body: second } = await refresh(provider, first.refresh_token);
    await restart();
    expect((await refresh(provider, first.refresh_token)).body.error).toBe('invalid_grant');
    await restart();
    expect((await refresh(provider, second.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('finds a consent that was under way', async () => {
    const begun = await fetch(client.authorizationUrl(provider), { redirect: 'manual' });
    const cookie = begun.headers.getSetCookie().map((field) => field.split(';')[0]);
    await restart();
    const page = await fetch(new URL(begun.headers.get('location')!, provider.issuer), {
      headers: { cookie: cookie.join('; ') },
    });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Allow');
  });

  it('goes on by the clock that it is given, and forgets what is over', async () => {
    const tokens = await connect(provider);
    const kept = () => readdir(join(dataDirectory, 'entries'));
    expect(await kept()).not.toHaveLength(0);
    await restart(8 * client.days);
    expect((await refresh(provider, tokens.refresh_token)).body.error).toBe('invalid_grant');
    expect(await kept()).toHaveLength(0);
  });

  it('forgets what is over when its clock is moved', async () => {
    await connect(provider);
    await provider.advance(8 * client.days);
    expect(await readdir(join(dataDirectory, 'entries'))).toHaveLength(0);
  });

  it('keeps its files for their owner alone, and no secret in their names', async () => {
    const tokens = await connect(provider);
    const names = await readdir(dataDirectory, { recursive: true });
    const files = names.filter((name) => name.endsWith('.json'));
    expect(files).toContain('secrets.json');
    for (const name of files) expect((await stat(join(dataDirectory, name))).mode & 0o777).toBe(0o600);
    expect(names.join()).not.toContain(tokens.refresh_token);
    expect(names.filter((name) => name.endsWith('.draft'))).toEqual([]);
  });

  it('makes a secret for each folder', async () => {
    const secrets = JSON.parse(await readFile(join(dataDirectory, 'secrets.json'), 'utf8'));
    const other = await startProvider({ redirectUris: [client.redirectUri] });
    await other.stop();
    expect(secrets.client).toEqual(provider.client);
    expect(other.client.secret).not.toBe(provider.client.secret);
  });

  it('names a file that it cannot read, and nothing that is in it', async () => {
    await connect(provider);
    await provider.stop();
    const [name] = await readdir(join(dataDirectory, 'entries'));
    await writeFile(join(dataDirectory, 'entries', name!), '{"half a secret');
    const failure = await start().catch((error: unknown) => String(error));
    expect(failure).toContain(`cannot read ${join(dataDirectory, 'entries', name!)}.`);
    expect(failure).not.toContain('half a secret');
    await rm(join(dataDirectory, 'entries', name!));
    provider = await start();
  });
});
