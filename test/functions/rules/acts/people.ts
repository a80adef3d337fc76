import { isAdmin, refusal, roleOutside } from '../model.ts';
import { users } from '../world.ts';
import { type Act, agreed, first, idIn, keepPersonal, leave, owners, pick } from './doing.ts';

/** What is done with people and their workspaces. */
export const peopleActs = {
  putMember: async ({ w, caller, send, chance }) => {
    const userId = pick(users, chance.what)!;
    const role = pick(['member', 'admin', 'owner', 'member'] as const, chance.how)!;
    const was = w.model.people.get(userId);
    const byOwner = roleOutside(w.model, caller) === 'owner';
    const answered = await send('PUT', `/v1/members/${userId}`, { role });
    const done = agreed(
      answered,
      first(
        !isAdmin(w.model, caller) && 403,
        (was === 'owner' || role === 'owner') && !byOwner && 403,
        was === 'owner' && role !== 'owner' && owners(w) === 1 && 409,
        200,
      ),
    );
    if (!done) return;
    w.model.people.set(userId, role);
    w.model.removed.delete(userId);
  },

  removeMember: async ({ w, caller, send, chance }) => {
    const userId = pick(users, chance.what)!;
    const heir = pick([undefined, ...users], chance.how);
    const was = w.model.people.get(userId);
    const heirRole = heir === undefined || heir === userId ? undefined : w.model.people.get(heir);
    const query = heir === undefined ? '' : `?handPersonalTo=${heir}`;
    const done = agreed(
      await send('DELETE', `/v1/members/${userId}${query}`),
      first(
        !isAdmin(w.model, caller) && 403,
        was === undefined && 404,
        was === 'owner' && roleOutside(w.model, caller) !== 'owner' && 403,
        heir !== undefined && !['admin', 'owner'].includes(heirRole ?? '') && 422,
        was === 'owner' && owners(w) === 1 && 409,
        204,
      ),
    );
    if (done) leave(w, userId, heir);
  },

  putMembership: async ({ w, caller, place, at, send, chance }) => {
    const userId = pick(users, chance.what)!;
    const role = pick(['viewer', 'contributor', 'admin', 'contributor'] as const, chance.how)!;
    const done = agreed(
      await send('PUT', `${at}/members/${userId}`, { role }),
      first(
        refusal(w.model, caller, { workspace: place, least: 'admin' }),
        w.model.workspaces.get(place)?.kind === 'personal' && 409,
        w.model.removed.has(userId) && 409,
        200,
      ),
    );
    if (!done) return;
    const roles = w.model.roles.get(place) ?? new Map<string, typeof role>();
    w.model.roles.set(place, roles.set(userId, role));
  },

  removeMembership: async ({ w, caller, place, at, send, chance }) => {
    const userId = pick(users, chance.what)!;
    const done = agreed(
      await send('DELETE', `${at}/members/${userId}`),
      first(
        refusal(w.model, caller, { workspace: place, least: 'admin' }),
        !w.model.roles.get(place)?.has(userId) && 404,
        204,
      ),
    );
    if (done) w.model.roles.get(place)?.delete(userId);
  },

  personal: async ({ w, caller, send }) => {
    if (caller.userId === undefined) return;
    const answered = await send('PUT', '/v1/personal-workspace', {});
    if (agreed(answered, w.model.people.has(caller.userId) ? 200 : 403))
      keepPersonal(w, caller.userId, idIn(answered));
  },
} satisfies Record<string, Act>;
