import { type Answered } from '../../../support/api.ts';
import { type Caller, type Service, sourceOf } from '../model.ts';
import { type RulesWorld } from '../world.ts';

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

export type Act = (doing: Doing) => Promise<void>;

export const pick = <T>(list: readonly T[], chance: number): T | undefined => list[chance % list.length];
export const nowhere = (prefix: string) => `${prefix}_${'0'.repeat(26)}`;

/** Throws where code and model differ: any of the statuses is as the model has it. */
export const same = (what: string, found: unknown, ...expected: readonly unknown[]): void => {
  const text = JSON.stringify(found);
  const wanted = expected.map((one) => JSON.stringify(one));
  if (!wanted.includes(text)) throw new Error(`${what}: found ${text}, expected ${wanted.join(' or ')}`);
};

export const agreed = (answered: Answered, ...expected: readonly number[]): boolean => {
  same(`status (${answered.text.slice(0, 300)})`, answered.status, ...expected);
  return answered.status < 300;
};

export const idsOf = (items: unknown): string[] => (items as { id: string }[]).map(({ id }) => id).sort();
export const idIn = ({ json }: Answered) => String(json['id']);

/** The first that applies is the answer: undefined where a reason does not. */
export const first = (...reasons: readonly (number | undefined | false)[]): number =>
  reasons.find((reason) => typeof reason === 'number')!;

export const owners = ({ model }: RulesWorld) =>
  [...model.people].filter(([, role]) => role === 'owner').length;

/** R54: who goes leaves all workspaces, and the personal one to the heir if there is one. */
export const leave = ({ model }: RulesWorld, userId: string, heir: string | undefined) => {
  model.people.delete(userId);
  model.removed.add(userId);
  for (const roles of model.roles.values()) roles.delete(userId);
  for (const workspace of model.workspaces.values())
    if (heir !== undefined && workspace.owner === userId) workspace.owner = heir;
};

export const keepPersonal = ({ model }: RulesWorld, userId: string, id: string) => {
  const before = model.personal.get(userId);
  if (before !== undefined && model.workspaces.get(before)?.owner === userId)
    same('personal workspace', id, before);
  else {
    same('a new personal workspace', model.workspaces.has(id), false);
    model.personal.set(userId, id);
    model.workspaces.set(id, { kind: 'personal', owner: userId });
  }
};

export const cannotUse = ({ model }: RulesWorld, service: Service | undefined, place: string) =>
  sourceOf(model, service, place) === undefined && 404;
