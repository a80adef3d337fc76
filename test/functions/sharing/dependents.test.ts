import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { destroyService } from '#shared/domain/services/destroy.ts';
import { legacyService, serviceNow, tokenDocument } from '../../support/nouns.ts';
import { capturedOutput } from '../../support/output.ts';
import { idOf, keyedInput, stage, type Stage } from './stage.ts';

let s: Stage;
let output: ReturnType<typeof capturedOutput>;
let acme: string;
let path: string;

const connect = async (workspace: string, serviceId = acme) =>
  `${workspace}/connectors/${idOf(
    await s.send(s.owner, 'POST', `${workspace}/connectors`, {
      name: 'Orders',
      serviceId,
      sharedWith: 'organization',
    }),
  )}`;

const solve = async (workspace: string) =>
  `${workspace}/solutions/${idOf(
    await s.send(s.owner, 'POST', `${workspace}/solutions`, { name: 'Sync', serviceIds: [acme] }),
  )}`;

const bundle = () => ({
  format: 'latchkey.bundle',
  version: 1,
  services: [{ ref: 'acme', id: acme, name: 'Acme', type: 'token' }],
  steps: [{ kind: 'connector', service: 'acme' }],
});

beforeEach(async () => {
  output = capturedOutput();
  s = await stage();
  acme = idOf(await s.send(s.owner, 'POST', `${s.organization}/services`, tokenDocument({ name: 'Acme' })));
  path = `${s.organization}/services/${acme}`;
});
afterEach(() => output.stop());

describe('a service that is to be deleted', () => {
  it('R13 is refused while auths, connectors or solutions of any workspace use it, each of which is named', async () => {
    const auth = `${s.one}/auths/${idOf(await s.send(s.owner, 'POST', `${s.one}/auths`, keyedInput(acme)))}`;
    const connector = await connect(s.two);
    const solution = await solve(s.embedded);
    const { status, error } = await s.send(s.owner, 'DELETE', path);
    expect([status, error.code]).toEqual([409, 'service_in_use']);
    expect(error.details.map((detail) => detail.path)).toEqual([auth, connector, solution]);
    for (const { message } of error.details) expect(message).toMatch(/^uses it/);
    for (const dependent of [connector, solution, auth]) {
      expect((await s.send(s.owner, 'DELETE', path)).status).toBe(409);
      expect((await s.send(s.owner, 'DELETE', dependent)).status).toBe(204);
      await s.settle();
    }
    expect((await s.send(s.owner, 'DELETE', path)).status).toBe(204);
  });

  it('R13 names twenty of its dependents at the most', async () => {
    for (let each = 0; each < 15; each += 1) await connect(s.one);
    for (let each = 0; each < 8; each += 1) await solve(s.one);
    expect((await s.send(s.owner, 'DELETE', path)).error.details).toHaveLength(20);
  });

  it('R13 by force leaves connectors and solutions where they are: they share nothing more, and are given another', async () => {
    const [connector, solution] = [await connect(s.two), await solve(s.embedded)];
    expect((await s.send(s.owner, 'DELETE', `${path}?force=true`)).status).toBe(204);
    await s.settle();
    const imported = await s.send(s.owner, 'POST', `${s.one}/imports`, { bundle: bundle() });
    expect(imported.error.code).toBe('services_missing');
    expect((await s.send(s.owner, 'GET', connector)).json).toMatchObject({ serviceId: acme });
    expect((await s.send(s.owner, 'GET', solution)).json).toMatchObject({ serviceIds: [acme] });
    const other = idOf(await s.send(s.owner, 'POST', `${s.organization}/services`, tokenDocument()));
    const edited = await s.send(s.owner, 'PATCH', connector, { serviceId: other });
    expect(edited.json).toMatchObject({ serviceId: other });
    const solved = await s.send(s.owner, 'PATCH', solution, { serviceIds: [other] });
    expect(solved.json).toMatchObject({ serviceIds: [other] });
  });
});

describe('a legacy service', () => {
  it('R15 is not replaced by an import of definitions: 409, and nothing of the document is taken', async () => {
    const { id, definition } = await legacyService(s.w);
    const name = (each: string) => ({ ref: each, definition: tokenDocument({ name: each }) });
    const body = {
      document: { format: 'latchkey.definitions', version: 1, services: [name('first'), name('second')] },
      replace: { second: id },
    };
    const path = `${s.personal}/services`;
    const dry = await s.send(s.owner, 'POST', `${path}/import-definitions`, { ...body, dryRun: true });
    expect(dry.json['problems']).toMatchObject([{ code: 'legacy_read_only', path: 'body.replace.second' }]);
    const { status, error } = await s.send(s.owner, 'POST', `${path}/import-definitions`, body);
    expect([status, error.code]).toEqual([409, 'legacy_read_only']);
    expect(error.details).toMatchObject([{ path: 'body.replace.second' }]);
    expect((await s.all(s.owner, path)).map((service) => service['name'])).toEqual([definition.name]);
    await s.send(s.owner, 'POST', `${path}/${id}/move`);
    const moved = await s.send(s.owner, 'POST', `${s.organization}/services/import-definitions`, body);
    expect([moved.status, moved.json['services']]).toMatchObject([
      200,
      [{ act: 'create' }, { act: 'replace', serviceId: id }],
    ]);
  });

  it('goes with the whole organization, though it is read-only', async () => {
    const service = await legacyService(s.w);
    await destroyService(s.w.deps, service, { whole: true });
    expect(await serviceNow(s.w, service.id)).toBeUndefined();
  });
});
