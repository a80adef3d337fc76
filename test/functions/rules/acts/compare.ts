import { type Caller, available, managed, refusal, roleIn } from '../model.ts';
import { type RulesWorld } from '../world.ts';
import { agreed, type Chance, idsOf, pick, same } from './doing.ts';

/** Compares what is listed for a caller in a workspace with the model: R8, R12, R14, R17. */
export const compareLists = async (w: RulesWorld, caller: Caller, place: string): Promise<void> => {
  await compareServices(w, caller, place);
  await compareWorkspaces(w, caller);
};

/** The services that are managed and available there. */
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

/** The workspaces that are listed. */
const compareWorkspaces = async (w: RulesWorld, caller: Caller): Promise<void> => {
  const { model } = w;
  const workspaces = await w.as(caller, 'GET', '/v1/workspaces?limit=100');
  const known = caller.userId === undefined || model.people.has(caller.userId);
  if (!agreed(workspaces, known ? 200 : 403)) return;
  const seen = [...model.workspaces.keys()].filter((id) => roleIn(model, caller, id) !== undefined);
  same('workspaces', idsOf(workspaces.json['items']), seen.sort());
};

/** Compares by chance what one caller is shown. */
export const look = async (w: RulesWorld, { caller, place, what, how }: Chance): Promise<void> => {
  const onlooker = pick(w.callers, caller * 7 + what)!;
  if (how % 3 === 0) await compareWorkspaces(w, onlooker);
  else await compareServices(w, onlooker, pick([...w.model.workspaces.keys()], place + how)!);
};
