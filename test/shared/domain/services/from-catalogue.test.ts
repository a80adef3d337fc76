import { beforeEach, describe, expect, it } from '@jest/globals';
import { needsOf } from '#shared/catalogue/document.ts';
import { catalogueEntries } from '#shared/catalogue/entries.ts';
import { createFromCatalogue, FromCatalogue } from '#shared/domain/services/create-from-catalogue.ts';
import { secretsIn } from '#shared/domain/services/secrets.ts';
import { showService } from '#shared/domain/services/view.ts';
import { world, type World } from '../../../support/deps.ts';
import { umbrella } from '../../../support/nouns.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const make = (input: Record<string, unknown>) =>
  createFromCatalogue(w.deps, {
    organizationId: w.organizationId,
    workspaceId: w.workspaceId,
    input: FromCatalogue.parse(input),
  });
const application = { clientId: 'our-id', clientSecret: 'planted-secret' };
const everything = {
  ...application,
  privateKey: 'planted-key',
  consumerKey: 'our-key',
  consumerSecret: 'planted-consumer',
  acknowledgeRisk: true,
};

describe('a service from the catalogue', () => {
  it('needs only the client id and secret, and is built in (R31, R46)', async () => {
    const service = await make({ entry: 'asana', ...application });
    const shown = showService(service);
    expect(shown).toMatchObject({
      kind: 'built_in',
      catalogueEntry: 'asana',
      auth: { clientId: 'our-id', clientSecret: { set: true } },
    });
    expect((await secretsIn(w.deps, service, 'production'))['clientSecret']?.reveal()).toBe('planted-secret');
    expect(w.store.dump()).not.toContain('planted');
  });

  it('takes a name, scopes and an umbrella of the builder', async () => {
    const { id } = await umbrella(w);
    const given = { name: 'Ours', scopes: ['one', 'two'], umbrellaId: id, processesEndUserData: true };
    const { definition } = await make({ entry: 'asana', ...application, ...given });
    expect(definition).toMatchObject({
      name: 'Ours',
      auth: { scopes: ['one', 'two'] },
      umbrellaId: id,
      processesEndUserData: true,
    });
  });

  it('is a 404 when there is no such entry, whatever it is called', async () => {
    for (const entry of ['nothing-of-the-kind', 'constructor', 'tostring'])
      await expect(make({ entry, ...application })).rejects.toMatchObject({
        status: 404,
        code: 'catalogue_entry_not_found',
      });
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['asana', {}, ['body.clientId', 'body.clientSecret']],
    ['asana', { clientId: 'a' }, ['body.clientSecret']],
    ['reddit-script', application, ['body.acknowledgeRisk']],
    ['trello', {}, ['body.consumerKey', 'body.consumerSecret', 'body.acknowledgeRisk']],
  ])('of %s with %j only is refused, and what is missing is named', async (entry, given, paths) => {
    const refused = (await make({ entry, ...given }).catch((error: unknown) => error)) as {
      details: { path: string }[];
    };
    expect(refused).toMatchObject({ status: 422, code: 'invalid_service' });
    expect(refused.details.map(({ path }) => path)).toEqual(paths);
    expect(w.vault.paths().filter((path) => path.startsWith('service/'))).toEqual([]);
  });

  it('refuses what the entry has no place for', async () => {
    await expect(make({ entry: 'postmark', ...application })).rejects.toMatchObject({
      status: 422,
      code: 'invalid_service',
    });
    expect(w.store.dump()).not.toContain('planted');
  });

  it('of an umbrella that there is not is refused', async () => {
    await expect(
      make({ entry: 'asana', ...application, umbrellaId: `umb_${'0'.repeat(26)}` }),
    ).rejects.toMatchObject({ details: [{ path: 'body.umbrellaId' }] });
  });

  it('can be made of every entry, with what it asks for and no more', async () => {
    for (const entry of catalogueEntries()) {
      const needs = needsOf(entry);
      const given = Object.fromEntries(
        Object.entries(everything).filter(([name]) => (needs as string[]).includes(name)),
      );
      const service = await make({ entry: entry.name, ...given });
      expect([entry.name, showService(service).kind]).toEqual([entry.name, 'built_in']);
    }
  });
});
