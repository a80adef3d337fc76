import { beforeEach, describe, expect, it } from '@jest/globals';
import { ServiceInput } from '#shared/domain/services/definition.ts';
import { definitionIn, environmentsOf } from '#shared/domain/services/environment.ts';
import { getService } from '#shared/domain/services/get.ts';
import { patchService } from '#shared/domain/services/patch.ts';
import { secretsIn } from '#shared/domain/services/secrets.ts';
import { showService } from '#shared/domain/services/view.ts';
import { world, type World } from '../../../support/deps.ts';
import { oauth2Document, oauth2Service, umbrella } from '../../../support/nouns.ts';

let w: World;
beforeEach(async () => {
  w = await world();
});

const own = { clientId: 'other', clientSecret: 'sandbox-secret' };

describe('an environment', () => {
  it('has what is its own, and all else as production has it (R52)', async () => {
    const { id } = await umbrella(w);
    const { definition } = await oauth2Service(w, {
      auth: { authorizationParams: { prompt: 'consent', audience: 'a' } },
      environments: {
        sandbox: {
          title: 'Sandbox',
          baseUrl: 'https://sandbox.acme.example',
          umbrellaId: id,
          auth: { ...own, authorizationParams: { audience: 'b' } },
        },
      },
    });
    expect(environmentsOf(definition)).toEqual(['production', 'sandbox']);
    expect(definitionIn(definition, 'production')).toBe(definition);
    expect(definitionIn(definition, 'sandbox')).toEqual({
      ...definition,
      baseUrl: 'https://sandbox.acme.example',
      umbrellaId: id,
      environments: {},
      auth: {
        ...definition.auth,
        clientId: 'other',
        authorizationParams: { prompt: 'consent', audience: 'b' },
      },
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a placeholder that nothing fills', { baseUrl: 'https://{{sub}}.example' }, 'baseUrl'],
    ['plain HTTP', { baseUrl: 'http://sandbox.example' }, 'baseUrl'],
    ['an umbrella that there is not', { umbrellaId: `umb_${'0'.repeat(26)}` }, 'umbrellaId'],
    ['another application without its secret', { auth: { clientId: 'other' } }, 'auth.clientSecret'],
    ['a setting that is none', { auth: { pkce: 'maybe' } }, 'auth.pkce'],
  ])('with %s is refused, the place named', async (_, sandbox, path) => {
    const made = oauth2Service(w, { environments: { sandbox } });
    await expect(made).rejects.toMatchObject({
      status: 422,
      code: 'invalid_service',
      details: [{ path: `body.environments.sandbox.${path}` }],
    });
    expect(w.vault.paths().filter((each) => each.startsWith('service/'))).toEqual([]);
  });

  it.each(['production', 'constructor', 'Sandbox', 'a b', '../x', ''])('cannot be called %j', (name) => {
    const document = oauth2Document({ environments: { [name]: { auth: own } } });
    expect(ServiceInput.safeParse(document).success).toBe(false);
  });

  it('is added, changed and taken away by a patch, and the others stay', async () => {
    const service = await oauth2Service(w, { environments: { sandbox: { auth: own } } });
    const where = { organizationId: w.organizationId, workspaceId: w.workspaceId, serviceId: service.id };
    const patch = (environments: unknown) =>
      patchService(w.deps, { ...where, patch: { environments }, ifMatch: undefined });
    const added = await patch({ staging: { auth: { clientId: 'third', clientSecret: 's' } } });
    expect(environmentsOf(added.definition)).toEqual(['production', 'sandbox', 'staging']);
    await patch({ sandbox: { title: 'Play' } });
    const left = await patch({ staging: null });
    expect(environmentsOf(left.definition)).toEqual(['production', 'sandbox']);
    expect(showService(left)['environments']).toMatchObject({
      sandbox: { title: 'Play', auth: { clientId: 'other', clientSecret: { set: true } } },
    });
    const now = await getService(w.deps, where);
    expect((await secretsIn(w.deps, now, 'sandbox'))['clientSecret']?.reveal()).toBe('sandbox-secret');
  });
});
