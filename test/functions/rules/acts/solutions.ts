import { type Service, isOver, isPublished, placeOf, refusal, sourceOf } from '../model.ts';
import { endUsers } from '../world.ts';
import { type Act, agreed, cannotUse, first, idIn, idsOf, nowhere, pick, same } from './doing.ts';

/** What is done with solutions, and by end users. */
export const solutionActs = {
  createSolution: async ({ w, caller, place, at, send, service, chance }) => {
    const services = [service(), ...(chance.how % 3 === 0 ? [service(1)] : [])];
    const ids = [...new Set(services.map((one) => one?.id ?? nowhere('svc')))];
    const answered = await send('POST', `${at}/solutions`, { name: 'Sync', serviceIds: ids });
    const done = agreed(
      answered,
      first(
        refusal(w.model, caller, { workspace: place, least: 'contributor' }),
        services.some((one) => cannotUse(w, one, place)) && 422,
        201,
      ),
    );
    if (!done) return;
    const id = idIn(answered);
    w.model.solutions.set(id, { id, workspace: place, services: ids, published: false });
  },

  publish: async ({ w, caller, place, at, send, chance }) => {
    const solution = pick([...w.model.solutions.values()], chance.what);
    const act = pick(['publish', 'publish', 'unpublish'], chance.how)!;
    const done = agreed(
      await send('POST', `${at}/solutions/${solution?.id ?? nowhere('sol')}/${act}`),
      first(
        refusal(w.model, caller, { workspace: place, least: 'contributor' }),
        solution?.workspace !== place && 404,
        200,
      ),
    );
    if (done && solution) solution.published = act === 'publish';
  },

  ownServicesAndAuths: async ({ w, chance, service }) => {
    const { model } = w;
    const embedded = placeOf(model, 'embedded');
    const endUserId = pick(endUsers, chance.how)!;
    const opened = await w.send(w.owner, 'POST', `/v1/workspaces/${embedded}/end-user-sessions`, {
      endUserId,
    });
    const token = String(opened.json['token']);
    const usable = (one: Service | undefined) => sourceOf(model, one, embedded) !== undefined;
    const services = await w.send(token, 'GET', '/v1/end-user/services?limit=100');
    same(
      'own services',
      idsOf(services.json['items']),
      [...model.services.values()]
        .filter((one) => usable(one) && !isOver(model, one) && isPublished(model, one.id))
        .map(({ id }) => id)
        .sort(),
    );
    const own = [...model.auths.values()].filter(
      (auth) => auth.endUser === endUserId && auth.workspace === embedded,
    );
    const auths = await w.send(token, 'GET', '/v1/end-user/auths?limit=100');
    same('own auths', idsOf(auths.json['items']), own.map(({ id }) => id).sort());
    const auth = pick([...model.auths.values()], chance.what);
    if (auth) {
      const expected = own.includes(auth) ? 200 : 404;
      agreed(await w.send(token, 'GET', `/v1/end-user/auths/${auth.id}`), expected);
      agreed(await w.send(token, 'GET', `/v1/proxy/${auth.id}/me`), expected);
    }
    const found = service();
    const body = { serviceId: found?.id ?? nowhere('svc') };
    const reasons = [
      !usable(found) && 404,
      found && isOver(model, found) && 410,
      found && !isPublished(model, found.id) && 403,
    ].filter((reason) => typeof reason === 'number');
    const connect = await w.send(token, 'POST', '/v1/end-user/connect-sessions', body);
    agreed(connect, ...(reasons.length > 0 ? reasons : [201]));
  },
} satisfies Record<string, Act>;
