import { tokenDocument } from '../../../support/nouns.ts';
import { editor, isOver, isPublished, refusal, roleIn } from '../model.ts';
import { endUsers } from '../world.ts';
import { type Act, agreed, cannotUse, first, idIn, nowhere, pick } from './doing.ts';

/** What is done with services and auths. */
export const serviceActs = {
  createService: async ({ w, caller, place, at, send }) => {
    const name = `Service ${String(w.log.length)}`;
    const answered = await send('POST', `${at}/services`, tokenDocument({ name }));
    const least = editor(w.model, place);
    if (!agreed(answered, first(refusal(w.model, caller, { workspace: place, least }), 201))) return;
    w.model.services.set(idIn(answered), { id: idIn(answered), workspace: place, name });
  },

  editService: async ({ w, caller, place, at, send, service }) => {
    const found = service();
    const answered = await send('PATCH', `${at}/services/${found?.id ?? nowhere('svc')}`, {
      icon: 'https://x.example/i.png',
    });
    const least = editor(w.model, place);
    agreed(
      answered,
      first(
        refusal(w.model, caller, { workspace: place, least }),
        found?.workspace !== place && 404,
        found?.legacy && 409,
        200,
      ),
    );
  },

  readService: async ({ w, caller, place, at, send, service }) => {
    const found = service();
    const denied = refusal(w.model, caller, { workspace: place, least: 'viewer' });
    const answered = await send('GET', `${at}/services/${found?.id ?? nowhere('svc')}`);
    agreed(answered, first(denied, found?.workspace !== place && 404, 200));
  },

  removeService: async ({ w, caller, place, at, send, service, chance }) => {
    const found = service();
    const force = chance.how % 2 === 0;
    const { auths, connectors, solutions } = w.model;
    const uses = ({ service: one }: { readonly service: string }) => one === found?.id;
    const inUse =
      [...auths.values(), ...connectors.values()].some(uses) ||
      [...solutions.values()].some(({ services }) => services.includes(found?.id ?? ''));
    const least = editor(w.model, place);
    const done = agreed(
      await send('DELETE', `${at}/services/${found?.id ?? nowhere('svc')}?force=${String(force)}`),
      first(
        refusal(w.model, caller, { workspace: place, least }),
        found?.workspace !== place && 404,
        found?.legacy && 409,
        inUse && !force && 409,
        204,
      ),
    );
    if (!done || !found) return;
    await w.settle();
    w.model.services.delete(found.id);
    for (const auth of auths.values()) if (uses(auth)) auths.delete(auth.id);
  },

  makeAuth: async ({ w, caller, place, at, send, service, chance }) => {
    const found = service();
    const endUser = pick([undefined, ...endUsers], chance.how);
    const { model } = w;
    const body = { serviceId: found?.id ?? nowhere('svc'), name: 'Main', fields: { api_key: 'k' } };
    const answered = await send('POST', `${at}/auths`, { ...body, ...(endUser && { endUserId: endUser }) });
    const embedded = found && model.workspaces.get(found.workspace)?.kind === 'embedded';
    const done = agreed(
      answered,
      first(
        refusal(model, caller, { workspace: place, least: 'contributor' }),
        cannotUse(w, found, place),
        found && isOver(model, found) && 410,
        endUser !== undefined && embedded && !isPublished(model, found.id) && 403,
        201,
      ),
    );
    if (!done || !found) return;
    const id = idIn(answered);
    model.auths.set(id, { id, workspace: place, service: found.id, endUser });
  },

  useAuth: async ({ w, caller, send, chance }) => {
    // Now and then there is no such auth.
    const auth = chance.how % 6 === 5 ? undefined : pick([...w.model.auths.values()], chance.what);
    const role = auth && roleIn(w.model, caller, auth.workspace);
    const stranger = caller.userId !== undefined && !w.model.people.has(caller.userId);
    agreed(
      await send('GET', `/v1/proxy/${auth?.id ?? nowhere('auth')}/me`),
      first(
        (stranger || caller.keyRole === 'viewer') && 403,
        role === undefined && 404,
        role === 'viewer' && 403,
        200,
      ),
    );
  },
} satisfies Record<string, Act>;
