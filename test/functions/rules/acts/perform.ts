import { legacyActs } from './legacy.ts';
import { peopleActs } from './people.ts';
import { serviceActs } from './services.ts';
import { solutionActs } from './solutions.ts';
import { transferActs } from './transfers.ts';
import { type RulesWorld } from '../world.ts';
import { type Chance, pick } from './doing.ts';

const acts = { ...peopleActs, ...serviceActs, ...solutionActs, ...legacyActs, ...transferActs };

export type ActName = keyof typeof acts;
export const actNames = Object.keys(acts) as ActName[];

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
};
