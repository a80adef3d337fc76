import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { capturedOutput } from '../support/output.ts';
import { keyOf, parties, type Parties } from '../support/parties.ts';

let p: Parties;
let output: ReturnType<typeof capturedOutput>;

beforeEach(async () => {
  output = capturedOutput();
  p = await parties();
  provide(p.w.deps);
});

afterEach(() => {
  output.stop();
});

const nowhere = `ws_${'0'.repeat(26)}`;

describe('a connector', () => {
  it('is made with its service, shared with nobody unless it says so, and read back', async () => {
    const { id } = await p.service(p.source);
    const made = await p.send(['POST', p.source, 'connectors'], { name: 'Orders', serviceId: id });
    expect(made.status).toBe(201);
    expect(made.json).toEqual({
      id: expect.stringMatching(/^con_/),
      workspaceId: p.source,
      name: 'Orders',
      serviceId: id,
      sharedWith: [],
      version: 1,
      createdAt: '2026-03-02T09:00:00.000Z',
      updatedAt: '2026-03-02T09:00:00.000Z',
    });
    const read = await p.send(['GET', p.source, `connectors/${String(made.json['id'])}`]);
    expect(read.json).toEqual(made.json);
    expect((await p.send(['GET', p.source, 'connectors'])).json).toEqual({
      items: [made.json],
      nextCursor: null,
    });
  });

  it('is shared with workspaces, each once, or with the whole organization', async () => {
    const { id } = await p.service(p.source);
    const connector = await p.connector(p.source, id, [p.target, p.target]);
    const path = ['PATCH', p.source, `connectors/${connector}`] as const;
    expect((await p.send(path, {})).json['sharedWith']).toEqual([p.target]);
    const wide = await p.send(path, { sharedWith: 'organization', name: 'All orders' });
    expect(wide.json).toMatchObject({ sharedWith: 'organization', name: 'All orders', version: 3 });
    expect((await p.send(path, { sharedWith: [] })).json['sharedWith']).toEqual([]);
  });

  it('is not shared with a workspace that is not there, and the answer names it', async () => {
    const { id } = await p.service(p.source);
    const body = { name: 'Orders', serviceId: id, sharedWith: [p.target, nowhere] };
    const { status, error } = await p.send(['POST', p.source, 'connectors'], body);
    expect([status, error.code, error.details.map(({ path }) => path)]).toEqual([
      422,
      'unknown_workspace',
      ['body.sharedWith.1'],
    ]);
    expect((await p.send(['GET', p.source, 'connectors'])).json['items']).toEqual([]);
  });

  it('is shared by a key of one workspace with no other, as if there were none; what is named already stays', async () => {
    const { id } = await p.service(p.source);
    const as = await keyOf(p.w, 'contributor', p.source);
    const refused = await p.send(
      ['POST', p.source, 'connectors'],
      { name: 'Orders', serviceId: id, sharedWith: [p.target] },
      { as },
    );
    expect([refused.status, refused.error.code]).toEqual([422, 'unknown_workspace']);
    const connector = await p.connector(p.source, id, [p.target]);
    const kept = await p.send(
      ['PATCH', p.source, `connectors/${connector}`],
      { name: 'Renamed', sharedWith: [p.target, p.source] },
      { as },
    );
    expect([kept.status, kept.json['sharedWith']]).toEqual([200, [p.target, p.source]]);
  });

  it('uses only a service that auths of its workspace may be made with', async () => {
    const foreign = await p.service(p.target);
    const refused = await p.send(['POST', p.source, 'connectors'], { name: 'x', serviceId: foreign.id });
    expect([refused.status, refused.error.code]).toEqual([404, 'service_not_found']);
    const own = await p.service(p.source);
    const connector = await p.connector(p.source, own.id, []);
    const moved = await p.send(['PATCH', p.source, `connectors/${connector}`], { serviceId: foreign.id });
    expect([moved.status, moved.error.code]).toEqual([404, 'service_not_found']);
    const wide = await p.service(p.organization);
    const now = await p.send(['PATCH', p.source, `connectors/${connector}`], { serviceId: wide.id });
    expect([now.status, now.json['serviceId']]).toEqual([200, wide.id]);
  });

  it('is not there for another workspace, though it is shared with it', async () => {
    const { id } = await p.service(p.source);
    const connector = await p.connector(p.source, id, [p.target]);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const { status, error } = await p.send(
        [method, p.target, `connectors/${connector}`],
        method === 'PATCH' ? { name: 'Mine' } : undefined,
      );
      expect([status, error.code]).toEqual([404, 'connector_not_found']);
    }
  });

  it('is read by viewers and changed by contributors (R56)', async () => {
    const { id } = await p.service(p.source);
    const connector = await p.connector(p.source, id, []);
    const as = await keyOf(p.w, 'viewer', p.source);
    expect((await p.send(['GET', p.source, `connectors/${connector}`], undefined, { as })).status).toBe(200);
    for (const [method, path] of [
      ['POST', 'connectors'],
      ['PATCH', `connectors/${connector}`],
      ['DELETE', `connectors/${connector}`],
    ] as const)
      expect((await p.send([method, p.source, path], {}, { as })).status).toBe(403);
  });

  it('is edited and deleted only in the version that was read', async () => {
    const { id } = await p.service(p.source);
    const connector = await p.connector(p.source, id, []);
    const headers = { 'if-match': '"7"' };
    const path = `connectors/${connector}`;
    expect((await p.send(['PATCH', p.source, path], { name: 'x' }, { headers })).status).toBe(412);
    expect((await p.send(['DELETE', p.source, path], undefined, { headers })).status).toBe(412);
    const gone = await p.send(['DELETE', p.source, path], undefined, { headers: { 'if-match': '"1"' } });
    expect(gone.status).toBe(204);
    expect((await p.send(['GET', p.source, path])).status).toBe(404);
  });
});
