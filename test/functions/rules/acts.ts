import type { Answered } from '../../support/api.ts';
import { tokenDocument } from '../../support/nouns.ts';
import {
  available,
  connectorsFor,
  editor,
  importOutcome,
  isAdmin,
  isOver,
  isPublished,
  managed,
  placeOf,
  refusal,
  roleIn,
  roleOutside,
  sourceOf,
  type Caller,
  type Service,
} from './model.ts';
import { endUsers, users, type RulesWorld } from './world.ts';

/** What the chance of a sequence gives an act to choose by. */
export interface Chance {
  readonly caller: number;
  readonly place: number;
  readonly what: number;
  readonly how: number;
}

interface Doing {
  readonly w: RulesWorld;
  readonly caller: Caller;
  /** The workspace in which it is done, and its path. */
  readonly place: string;
  readonly at: string;
  readonly chance: Chance;
  /** Calls as the caller, and writes down what was called. */
  readonly send: (method: string, path: string, body?: unknown) => Promise<Answered>;
  readonly service: (offset?: number) => Service | undefined;
}

type Act = (doing: Doing) => Promise<void>;

const pick = <T>(list: readonly T[], chance: number): T | undefined => list[chance % list.length];
const nowhere = (prefix: string) => `${prefix}_${'0'.repeat(26)}`;

/** Throws where code and model differ: any of the statuses is as the model has it. */
const same = (what: string, found: unknown, ...expected: readonly unknown[]): void => {
  const text = JSON.stringify(found);
  const wanted = expected.map((one) => JSON.stringify(one));
  if (!wanted.includes(text)) throw new Error(`${what}: found ${text}, expected ${wanted.join(' or ')}`);
};

const agreed = (answered: Answered, ...expected: readonly number[]): boolean => {
  same(`status (${answered.text.slice(0, 300)})`, answered.status, ...expected);
  return answered.status < 300;
};

const idsOf = (items: unknown): string[] => (items as { id: string }[]).map(({ id }) => id).sort();
const idIn = ({ json }: Answered) => String(json['id']);

/** The first that applies is the answer: undefined where a reason does not. */
const first = (...reasons: readonly (number | undefined | false)[]): number =>
  reasons.find((reason) => typeof reason === 'number')!;

const owners = ({ model }: RulesWorld) => [...model.people].filter(([, role]) => role === 'owner').length;

/** R54: who goes leaves all workspaces, and the personal one to the heir if there is one. */
const leave = ({ model }: RulesWorld, userId: string, heir: string | undefined) => {
  model.people.delete(userId);
  model.removed.add(userId);
  for (const roles of model.roles.values()) roles.delete(userId);
  for (const workspace of model.workspaces.values())
    if (heir !== undefined && workspace.owner === userId) workspace.owner = heir;
};

const keepPersonal = ({ model }: RulesWorld, userId: string, id: string) => {
  const before = model.personal.get(userId);
  if (before !== undefined && model.workspaces.get(before)?.owner === userId)
    same('personal workspace', id, before);
  else {
    same('a new personal workspace', model.workspaces.has(id), false);
    model.personal.set(userId, id);
    model.workspaces.set(id, { kind: 'personal', owner: userId });
  }
};

const cannotUse = ({ model }: RulesWorld, service: Service | undefined, place: string) =>
  sourceOf(model, service, place) === undefined && 404;

const acts = {
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
    const auth = pick([...w.model.auths.values()], chance.what);
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

  importLegacy: async ({ w, caller, send, chance }) => {
    const { model } = w;
    const legacyId = `old-${String(chance.what % 4)}`;
    const userId = pick(users, chance.place)!;
    const sunset = pick([undefined, 1, 60_000, 86_400_000], chance.how);
    const sunsetAt = sunset === undefined ? undefined : model.now() + sunset;
    const name = `Old ${legacyId}`;
    const record = { legacyId, userId, service: tokenDocument({ name }) };
    const dated = { ...record, ...(sunsetAt && { sunsetAt: new Date(sunsetAt).toISOString() }) };
    const answered = await send('POST', '/v1/legacy-services/import', { records: [dated] });
    if (!agreed(answered, isAdmin(model, caller) ? 200 : 403)) return;
    const known = model.imported.get(legacyId);
    const [item] = answered.json['items'] as { outcome: string; serviceId: string; workspaceId: string }[];
    const there = known !== undefined && model.services.has(known);
    const outcome = known === undefined ? 'imported' : there ? 'exists' : 'removed';
    same('outcome', item!.outcome, outcome);
    if (known !== undefined) return;
    const { serviceId: id, workspaceId: workspace } = item!;
    keepPersonal(w, userId, workspace);
    model.imported.set(legacyId, id);
    model.services.set(id, { id, workspace, name, legacy: { sunsetAt } });
  },

  setSunset: async ({ w, caller, send, service, chance }) => {
    const found = service();
    const sunset = pick<number | null>([null, 0, 86_400_000], chance.how) ?? null;
    const sunsetAt = sunset === null ? null : w.model.now() + sunset;
    const body = { sunsetAt: sunsetAt === null ? null : new Date(sunsetAt).toISOString() };
    const done = agreed(
      await send('PATCH', `/v1/legacy-services/${found?.id ?? nowhere('svc')}`, body),
      first(!isAdmin(w.model, caller) && 403, !found?.legacy && 404, 200),
    );
    if (done && found) found.legacy = { sunsetAt: sunsetAt ?? undefined };
  },

  move: async ({ w, caller, place, at, send, service }) => {
    const found = service();
    const home = placeOf(w.model, 'organization');
    const again = found?.movedFrom !== undefined && [found.movedFrom, home].includes(place);
    const least = editor(w.model, place);
    const answered = await send('POST', `${at}/services/${found?.id ?? nowhere('svc')}/move`);
    const done = agreed(
      answered,
      first(
        refusal(w.model, caller, { workspace: place, least }),
        again && 200,
        found?.workspace !== place && 404,
        !found?.legacy && 409,
        200,
      ),
    );
    if (!done || !found) return;
    same('moved', answered.json['moved'], !again);
    if (!again) settleIn(found, home);
  },

  moveAll: async ({ w, caller, send, chance }) => {
    // Else there would be none left in most sequences.
    if (chance.how % 3 !== 0) return;
    const left = [...w.model.services.values()].filter(({ legacy }) => legacy);
    const answered = await send('POST', '/v1/legacy-services/move');
    if (!agreed(answered, isAdmin(w.model, caller) ? 200 : 403)) return;
    same('all moved', idsOf(answered.json['items']), left.map(({ id }) => id).sort());
    for (const service of left) settleIn(service, placeOf(w.model, 'organization'));
  },

  timePasses: async ({ w, chance }) => {
    await w.clock.advance(pick([60_000, 3_600_000, 86_400_000], chance.how)!);
  },

  createConnector: async ({ w, caller, place, at, send, service, chance }) => {
    const found = service();
    const sharedWith = targets(w, chance.how);
    const body = { name: 'Orders', serviceId: found?.id ?? nowhere('svc'), sharedWith };
    const answered = await send('POST', `${at}/connectors`, body);
    const known = sharedWith === 'organization' || sharedWith.every((id) => sees(caller, id));
    const done = agreed(
      answered,
      first(
        refusal(w.model, caller, { workspace: place, least: 'contributor' }),
        cannotUse(w, found, place),
        !known && 422,
        201,
      ),
    );
    if (!done || !found) return;
    const id = idIn(answered);
    w.model.connectors.set(id, { id, workspace: place, service: found.id, sharedWith });
  },

  shareConnector: async ({ w, caller, place, at, send, chance }) => {
    const connector = pick([...w.model.connectors.values()], chance.what);
    const sharedWith = targets(w, chance.how);
    const before = connector?.sharedWith ?? [];
    const known =
      sharedWith === 'organization' || sharedWith.every((id) => sees(caller, id) || before.includes(id));
    const done = agreed(
      await send('PATCH', `${at}/connectors/${connector?.id ?? nowhere('con')}`, { sharedWith }),
      first(
        refusal(w.model, caller, { workspace: place, least: 'contributor' }),
        connector?.workspace !== place && 404,
        !known && 422,
        200,
      ),
    );
    if (done && connector) connector.sharedWith = sharedWith;
  },

  removeConnector: async ({ w, caller, place, at, send, chance }) => {
    const connector = pick([...w.model.connectors.values()], chance.what);
    const done = agreed(
      await send('DELETE', `${at}/connectors/${connector?.id ?? nowhere('con')}`),
      first(
        refusal(w.model, caller, { workspace: place, least: 'contributor' }),
        connector?.workspace !== place && 404,
        204,
      ),
    );
    if (done && connector) w.model.connectors.delete(connector.id);
  },

  importBundle: async ({ w, caller, place, at, send, service, chance }) => {
    const { model } = w;
    const found = [...new Set([service(), service(1), service(2)].slice(0, 1 + (chance.how % 3)))];
    const used = found.map((one, index) => ({
      ref: `s${String(index)}`,
      id: one?.id ?? nowhere('svc'),
      kinds: pick(
        [['connector'], ['http_client'], ['graphql_client'], ['http_client', 'connector']] as const,
        chance.what + index * chance.how,
      )!,
    }));
    const mapped = chance.caller % 3 === 0 ? service(3) : undefined;
    const mapping: Readonly<Record<string, string>> = mapped ? { s0: mapped.id } : {};
    const body = {
      bundle: {
        format: 'latchkey.bundle',
        version: 1,
        services: used.map(({ ref, id }) => ({ ref, id, name: `Bundled ${ref}`, type: 'token' })),
        steps: used.flatMap(({ ref, kinds }) => kinds.map((kind) => ({ kind, service: ref }))),
      },
      mapping,
    };
    const plan = importOutcome(model, place, { used, mapping });
    const denied = refusal(model, caller, { workspace: place, least: 'contributor' });
    const open = plan.missing.length + plan.needsMapping.length > 0;
    const dry = chance.how % 2 === 0;
    const answered = await send('POST', `${at}/imports${dry ? '/check' : ''}`, body);
    const refused = denied ?? (plan.wrong ? 422 : undefined);
    agreed(answered, first(refused, dry && 200, open && 409, 201));
    if (refused !== undefined) return;
    const refs = (name: string) => ((answered.json[name] ?? []) as { ref: string }[]).map(({ ref }) => ref);
    same('missing', refs('missing'), plan.missing);
    same('needs mapping', refs('needsMapping'), plan.needsMapping);
    for (const { available: choice } of (answered.json['needsMapping'] ?? []) as { available: unknown }[])
      same('to choose from', idsOf(choice), plan.choice.toSorted());
  },

  exportBundle: async ({ w, caller, place, at, send, service, chance }) => {
    const { model } = w;
    const found = service();
    const connector = pick([...model.connectors.values()], chance.how);
    const steps = [
      { kind: 'http_client', serviceId: found?.id ?? nowhere('svc') },
      ...(connector ? [{ kind: 'connector', connectorId: connector.id }] : []),
    ];
    const answered = await send('POST', `${at}/exports`, { steps });
    const unknown =
      connector &&
      !(connectorsFor(model, place).includes(connector) && model.services.has(connector.service));
    const done = agreed(
      answered,
      first(
        refusal(model, caller, { workspace: place, least: 'contributor' }),
        (cannotUse(w, found, place) || unknown) && 422,
        200,
      ),
    );
    if (!done || caller.userId === undefined) return;
    const { services } = answered.json['bundle'] as { services: { id: string; hosts?: unknown }[] };
    const open = services.filter(({ hosts }) => hosts !== undefined).map(({ id }) => id);
    same(
      'whose hosts are told',
      open.filter((id) => model.services.get(id)?.workspace !== place),
      [],
    );
  },
} satisfies Record<string, Act>;

/** What R16 makes of a legacy service. */
const settleIn = (service: Service, home: string) => {
  service.movedFrom = service.workspace;
  service.workspace = home;
  service.legacy = undefined;
};

const targets = ({ model }: RulesWorld, how: number) =>
  how % 4 === 0 ? 'organization' : how % 4 === 1 ? [] : [pick([...model.workspaces.keys()], how)!];

/** ADR 0035: a key of one workspace shares with that one or with all. */
const sees = ({ boundTo }: Caller, workspace: string) => boundTo === undefined || boundTo === workspace;

export type ActName = keyof typeof acts;
export const actNames = Object.keys(acts) as ActName[];

/** Compares what is listed for a caller in a workspace with the model: R8, R12, R14, R17. */
export const compareLists = async (w: RulesWorld, caller: Caller, place: string): Promise<void> => {
  await compareServices(w, caller, place);
  await compareWorkspaces(w, caller);
};

const compareServices = async (w: RulesWorld, caller: Caller, place: string): Promise<void> => {
  const { model } = w;
  const at = `/v1/workspaces/${place}`;
  const denied = refusal(model, caller, { workspace: place, least: 'viewer' });
  const services = await w.as(caller, 'GET', `${at}/services?limit=100`);
  if (agreed(services, denied ?? 200))
    same('managed', idsOf(services.json['items']), managed(model, place).toSorted());
  const offered = await w.as(caller, 'GET', `${at}/available-services?limit=100`);
  if (agreed(offered, denied ?? 200)) {
    const sources = (offered.json['items'] as { id: string; from: string }[]).map(({ id, from }) => [
      id,
      from,
    ]);
    same('available', sources.sort(), [...available(model, place)].sort());
  }
};

const compareWorkspaces = async (w: RulesWorld, caller: Caller): Promise<void> => {
  const { model } = w;
  const workspaces = await w.as(caller, 'GET', '/v1/workspaces?limit=100');
  const known = caller.userId === undefined || model.people.has(caller.userId);
  if (!agreed(workspaces, known ? 200 : 403)) return;
  const seen = [...model.workspaces.keys()].filter((id) => roleIn(model, caller, id) !== undefined);
  same('workspaces', idsOf(workspaces.json['items']), seen.sort());
};

const aboutServices: readonly string[] = ['editService', 'readService', 'removeService', 'move'];
const aboutConnectors: readonly string[] = ['shareConnector', 'removeConnector'];

/** Every other time it is done where the thing stands, and now and then by an owner: else most acts would be refused. */
const chosen = ({ model, callers }: RulesWorld, name: ActName, { caller, place, what }: Chance) => {
  const things: readonly { readonly workspace: string }[] = [
    ...(aboutServices.includes(name) ? model.services.values() : []),
    ...(aboutConnectors.includes(name) ? model.connectors.values() : []),
    ...(name === 'publish' ? model.solutions.values() : []),
  ];
  const there = place % 2 === 0 ? pick(things, what)?.workspace : undefined;
  return {
    caller: caller >= 27 ? callers.at(-1)! : pick(callers, caller)!,
    place: there ?? pick([...model.workspaces.keys()], place)!,
  };
};

/** Does an act by chance, as code and model, and compares. Eleven seconds later all that is cached is over. */
export const perform = async (w: RulesWorld, name: ActName, chance: Chance): Promise<void> => {
  const { model } = w;
  const { caller, place } = chosen(w, name, chance);
  const services = [...model.services.values()];
  await acts[name]({
    w,
    caller,
    place,
    at: `/v1/workspaces/${place}`,
    chance,
    service: (offset = 0) => pick(services, chance.what + offset),
    send: async (method, path, body) => {
      const answered = await w.as(caller, method, path, body);
      const said = body === undefined ? '' : ` ${JSON.stringify(body)}`;
      w.log.push(`${name}: ${caller.name} ${method} ${path}${said} → ${String(answered.status)}`);
      return answered;
    },
  });
  await w.clock.advance(11_000);
  // How every sequence begins need not be looked at every time.
  if (w.log.length < 14) return;
  const onlooker = pick(w.callers, chance.caller * 7 + chance.what)!;
  if (chance.how % 3 === 0) await compareWorkspaces(w, onlooker);
  else await compareServices(w, onlooker, pick([...model.workspaces.keys()], chance.place + chance.how)!);
};
