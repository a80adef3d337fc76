import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sweep } from '#shared/domain/schedule/sweep.ts';
import { day } from '../../support/deps.ts';
import { legacyService, tokenDocument } from '../../support/nouns.ts';
import { capturedOutput } from '../../support/output.ts';
import { answer } from '../../support/watched.ts';
import { idOf, keyedInput, stage, type Stage } from './stage.ts';

let s: Stage;
let output: ReturnType<typeof capturedOutput>;
beforeEach(async () => {
  output = capturedOutput();
  s = await stage();
  s.w.http.answers(() => answer(200));
});
afterEach(() => {
  output.stop();
});

/** Each in a moment of its own, so that the order is known. */
const authIn = async (workspace: string, serviceId: string, parts: object = {}): Promise<string> => {
  await s.w.clock.advance(1000);
  return idOf(await s.send(s.owner, 'POST', `${workspace}/auths`, keyedInput(serviceId, parts)));
};

const idsAt = async (path: string, as = s.owner): Promise<readonly unknown[]> => {
  const { status, json, text } = await s.send(as, 'GET', path);
  if (status !== 200) throw new Error(text);
  return (json['items'] as { id: string }[]).map(({ id }) => id);
};

describe('the auths of a service', () => {
  it('R10 are listed in whichever workspace they are, page after page, and those of no other service', async () => {
    const serviceId = idOf(await s.send(s.owner, 'POST', `${s.organization}/services`, tokenDocument()));
    const other = idOf(await s.send(s.owner, 'POST', `${s.organization}/services`, tokenDocument()));
    await authIn(s.one, other);
    const made = [
      await authIn(s.one, serviceId),
      await authIn(s.two, serviceId, { tags: ['main'] }),
      await authIn(s.two, serviceId),
    ];
    const path = `/v1/auths?serviceId=${serviceId}`;
    expect(await idsAt(path)).toEqual(made);
    expect(await idsAt(`${path}&tag=main`)).toEqual([made[1]]);
    const first = await s.send(s.owner, 'GET', `${path}&limit=2`);
    const cursor = String(first.json['nextCursor']);
    expect(await idsAt(`${path}&limit=2&cursor=${cursor}`)).toEqual([made[2]]);
  });

  it('are asked for by the service, and by nobody who sees one workspace alone', async () => {
    expect((await s.send(s.owner, 'GET', '/v1/auths')).status).toBe(400);
    expect((await s.send(s.owner, 'GET', '/v1/auths?serviceId=acme')).status).toBe(400);
    const path = `/v1/auths?serviceId=svc_${'0'.repeat(26)}`;
    expect(await idsAt(path, await s.key('viewer'))).toEqual([]);
    const bound = await s.key('admin', s.ids.one);
    expect((await s.send(bound, 'GET', path)).status).toBe(403);
  });

  it('R17 are where the event of a sunset says, though none stands in the workspace of the service', async () => {
    const sunsetAt = new Date(s.w.clock.now() + 100 * day).toISOString();
    const { id: serviceId } = await legacyService(s.w, { sunsetAt });
    const authId = await authIn(s.two, serviceId);
    await s.w.clock.advance(11 * day);
    await sweep(s.w.deps);
    await s.settle();
    const [event] = s.w.bus.events.filter(({ type }) => type === 'service.legacy_sunset');
    const { pathname, search } = new URL(String(event?.data['authsUrl']));
    expect(await idsAt(`${pathname}${search}`)).toEqual([authId]);
  });

  it('are where the list of client secrets says, by environment', async () => {
    const path = `${s.one}/services`;
    const serviceId = idOf(
      await s.send(s.owner, 'POST', path, {
        name: 'Machine',
        baseUrl: 'https://api.acme.example',
        auth: {
          type: 'oauth2',
          grant: 'client_credentials',
          tokenUrl: 'https://acme.example/token',
          clientId: 'us',
          clientSecret: 'ours',
        },
      }),
    );
    const { json } = await s.send(s.owner, 'GET', `${path}/${serviceId}/client-secret`);
    const [{ authsUrl }] = json['items'] as [{ authsUrl: string }];
    expect(authsUrl).toBe(
      `${s.w.deps.settings.publicUrl}${s.one}/auths?serviceId=${serviceId}&environment=production`,
    );
  });
});
