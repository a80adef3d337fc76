import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '#shared/domain/actor.ts';
import { createOrganization } from '#shared/domain/organization/create.ts';
import { organizationMeant } from '#shared/domain/organization/external-id.ts';
import { removeOrganization } from '#shared/domain/organization/remove.ts';
import { findOrganization } from '#shared/domain/workspaces/organization.ts';
import type { Deps } from '#shared/ports.ts';
import { minutesPass } from '../../../support/departures.ts';
import { world, type World } from '../../../support/deps.ts';
import { actor } from '../../../support/nouns.ts';
import { overtaken } from '../../../support/overtaken.ts';

let w: World;
let owner: Actor;
beforeEach(async () => {
  w = await world();
  owner = actor(w);
});

const create = (deps: Deps = w.deps) =>
  createOrganization(deps, { by: owner, name: 'Acme', externalId: 'tenant-17' });

describe('an organization that is made', () => {
  it('in the moment in which the one of its external id is deleted is not that one again', async () => {
    const { id } = (await create()).organization;
    const late = overtaken(w.deps, { before: 'get', of: 'organization' }, () =>
      removeOrganization(w.deps, { by: actor({ organizationId: id }), confirm: id, ifMatch: undefined }),
    );
    await expect(create(late.deps)).rejects.toMatchObject({ status: 409, code: 'external_id_taken' });
    expect([late.happened(), await findOrganization(w.deps, id)]).toEqual([true, undefined]);
    const next = (await create()).organization.id;
    expect(next).not.toBe(id);
    await minutesPass(w, 60);
    expect(await organizationMeant(w.deps, 'tenant-17')).toBe(next);
  });
});
