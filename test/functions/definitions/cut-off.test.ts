import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { importDefinitions } from '#shared/domain/definitions/import.ts';
import { ImportRequest } from '#shared/domain/definitions/import-request.ts';
import { services } from '#shared/domain/services/service.ts';
import type { Deps } from '#shared/ports.ts';
import { mortal } from '../../support/mortal.ts';
import { oauth2Document, tokenDocument } from '../../support/nouns.ts';
import { capturedOutput } from '../../support/output.ts';
import { deployment } from './stage.ts';

type Deployment = Awaited<ReturnType<typeof deployment>>;
let output: ReturnType<typeof capturedOutput>;
beforeEach(() => {
  output = capturedOutput();
});
afterEach(() => output.stop());

/** A document of three services, one of which replaces a service that is there. */
const staged = async (clashes = 'refuse') => {
  const at = await deployment(1);
  const old = await at.send('POST', 'services', tokenDocument({ name: 'Old' }));
  const asked = {
    document: {
      format: 'latchkey.definitions',
      version: 1,
      services: [
        {
          ref: 'one',
          definition: oauth2Document({ name: 'One', auth: { clientSecret: { required: 'clientSecret' } } }),
        },
        { ref: 'two', definition: tokenDocument({ name: 'Two' }) },
        { ref: 'three', definition: tokenDocument({ name: 'Three' }) },
      ],
    },
    values: { 'services.0.definition.auth.clientSecret': 'the-secret' },
    replace: { three: String(old.json['id']) },
    clashes,
  };
  return { ...at, asked };
};

const run = ({ organizationId, workspaceId, asked }: Awaited<ReturnType<typeof staged>>, deps: Deps) =>
  importDefinitions(deps, { organizationId, workspaceId, request: ImportRequest.parse(asked) });

const listed = async (at: Deployment) =>
  ((await at.send('GET', 'services')).json['items'] as { id: string; name: string }[]).toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  );

describe('an import of definitions', () => {
  it('that is cut off anywhere goes on when it is repeated, and makes each service once, with its secrets', async () => {
    let at = 0;
    let alive = false;
    while (!alive) {
      at += 1;
      for (const done of [false, true]) {
        const stage = await staged();
        const process = mortal(stage.deps, { at, done });
        await run(stage, process.deps).catch(() => undefined);
        alive = !process.died();
        const again = await stage.send('POST', 'services/import-definitions', stage.asked);
        // Nothing was left to do where it was only the answer that was lost.
        expect([at, done, alive || done ? [201, 409] : [201]]).toEqual([
          at,
          done,
          expect.arrayContaining([again.status]),
        ]);
        const found = await listed(stage);
        expect([at, found.map(({ name }) => name)]).toEqual([at, ['One', 'Three', 'Two']]);
        if (again.status === 201)
          expect(again.json['services']).toEqual(
            ['One', 'Two', 'Three'].map((name) =>
              expect.objectContaining({ name, serviceId: found.find((one) => one.name === name)!.id }),
            ),
          );
        expect(found[0]).toMatchObject({ auth: { clientSecret: { set: true } } });
        const paths = stage.vault.paths().filter((path) => path.includes('svc_'));
        expect(paths).toEqual([expect.stringContaining(found[0]!.id)]);
        // The import has come to its end: the next one is another.
        const third = await stage.send('POST', 'services/import-definitions', stage.asked);
        expect([at, third.status, third.error.code]).toEqual([at, 409, 'service_exists']);
      }
    }
    expect(at).toBeGreaterThan(15);
  });

  it('that is cut off gives names away once, too', async () => {
    const stage = await staged('rename');
    await stage.send('POST', 'services', tokenDocument({ name: 'Two' }));
    await run(stage, mortal(stage.deps, { at: 14, done: true }).deps).catch(() => undefined);
    expect((await listed(stage)).map(({ name }) => name)).toContain('Two (2)');
    expect((await stage.send('POST', 'services/import-definitions', stage.asked)).status).toBe(201);
    expect((await listed(stage)).map(({ name }) => name)).toEqual(['One', 'Three', 'Two', 'Two (2)']);
  });

  it('that is asked for with other secrets is another import', async () => {
    const stage = await staged();
    await run(stage, mortal(stage.deps, { at: 14, done: true }).deps).catch(() => undefined);
    const values = { 'services.0.definition.auth.clientSecret': 'another-secret' };
    const other = await stage.send('POST', 'services/import-definitions', { ...stage.asked, values });
    expect([other.status, other.error.code]).toEqual([409, 'service_exists']);
    expect((await stage.send('POST', 'services/import-definitions', stage.asked)).status).toBe(201);
  });

  it('twice at once makes each service once', async () => {
    const stage = await staged();
    const both = await Promise.all(
      [run(stage, stage.deps), run(stage, stage.deps)].map((one) => one.catch(() => undefined)),
    );
    const [report] = both.filter((one) => one !== undefined);
    expect((await listed(stage)).map(({ name }) => name)).toEqual(['One', 'Three', 'Two']);
    for (const one of both) expect(one ?? report).toEqual(report);
  });

  it('that somebody got in the way of says what it has not written, and goes on when it is repeated', async () => {
    const stage = await staged();
    const { deps } = stage;
    let refusals = 1;
    const store: Deps['store'] = {
      ...deps.store,
      replace: (collection, item) =>
        collection.name === services.name && refusals-- > 0
          ? Promise.resolve(undefined)
          : deps.store.replace(collection, item),
    };
    await expect(run(stage, { ...deps, store })).rejects.toMatchObject({
      status: 409,
      code: 'import_unfinished',
      details: [{ path: 'body.document.services.2.definition' }],
      besides: {
        services: [
          { ref: 'one', error: null },
          { ref: 'two', error: null },
          { ref: 'three', error: { code: 'edited_meanwhile' } },
        ],
      },
    });
    const { status, json } = await stage.send('POST', 'services/import-definitions', stage.asked);
    expect([status, json['services']]).toMatchObject([
      201,
      [{ error: null }, { error: null }, { error: null }],
    ]);
    expect((await listed(stage)).map(({ name }) => name)).toEqual(['One', 'Three', 'Two']);
  });
});
