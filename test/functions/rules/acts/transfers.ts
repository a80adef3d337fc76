import { type Caller, connectorsFor, importOutcome, refusal } from '../model.ts';
import { type RulesWorld } from '../world.ts';
import { type Act, agreed, cannotUse, first, idIn, idsOf, nowhere, pick, same } from './doing.ts';

const targets = ({ model }: RulesWorld, how: number) =>
  how % 4 === 0 ? 'organization' : how % 4 === 1 ? [] : [pick([...model.workspaces.keys()], how)!];

/** ADR 0035: a key of one workspace shares with that one or with all. */
const sees = ({ boundTo }: Caller, workspace: string) => boundTo === undefined || boundTo === workspace;

/** What is done with connectors and bundles. */
export const transferActs = {
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
