import { tokenDocument } from '../../../support/nouns.ts';
import { type Service, editor, isAdmin, placeOf, refusal } from '../model.ts';
import { users } from '../world.ts';
import { type Act, agreed, first, idsOf, keepPersonal, nowhere, pick, same } from './doing.ts';

/** What R16 makes of a legacy service. */
const settleIn = (service: Service, home: string) => {
  service.movedFrom = service.workspace;
  service.workspace = home;
  service.legacy = undefined;
};

/** What is done with legacy services, and time that passes. */
export const legacyActs = {
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
} satisfies Record<string, Act>;
