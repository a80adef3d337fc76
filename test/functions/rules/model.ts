/**
 * The rules of R7–R27, R54 and R56 as sets and maps, written from the requirements: nothing here is read from the code that it is
 * compared with.
 */

type Role = 'viewer' | 'contributor' | 'admin';
export type Kind = 'organization' | 'shared' | 'personal' | 'embedded';

/** Somebody who calls: a person by id, or a key by its role and the workspace that it is bound to. */
export interface Caller {
  readonly name: string;
  readonly userId?: string;
  readonly keyRole?: Role | 'owner';
  readonly boundTo?: string | undefined;
}

export interface Service {
  readonly id: string;
  workspace: string;
  readonly name: string;
  legacy?: { sunsetAt?: number | undefined } | undefined;
  /** From where a legacy one was moved. */
  movedFrom?: string;
}

export interface Connector {
  readonly id: string;
  readonly workspace: string;
  readonly service: string;
  sharedWith: readonly string[] | 'organization';
}

interface Solution {
  readonly id: string;
  readonly workspace: string;
  readonly services: readonly string[];
  published: boolean;
}

interface Auth {
  readonly id: string;
  readonly workspace: string;
  readonly service: string;
  readonly endUser?: string | undefined;
}

export interface Model {
  readonly now: () => number;
  readonly people: Map<string, 'member' | 'admin' | 'owner'>;
  /** Who was removed, and is not back. */
  readonly removed: Set<string>;
  readonly workspaces: Map<string, { readonly kind: Kind; owner?: string }>;
  /** By workspace and user. */
  readonly roles: Map<string, Map<string, Role>>;
  readonly services: Map<string, Service>;
  readonly auths: Map<string, Auth>;
  readonly connectors: Map<string, Connector>;
  readonly solutions: Map<string, Solution>;
  /** By user: the personal workspace that was made for them. */
  readonly personal: Map<string, string>;
  /** By the id in the older system: the service. */
  readonly imported: Map<string, string>;
}

export const emptyModel = (now: () => number): Model => ({
  now,
  people: new Map(),
  removed: new Set(),
  workspaces: new Map(),
  roles: new Map(),
  services: new Map(),
  auths: new Map(),
  connectors: new Map(),
  solutions: new Map(),
  personal: new Map(),
  imported: new Map(),
});

const ranks = ['viewer', 'contributor', 'admin', 'owner'] as const;
type Rank = (typeof ranks)[number];

const reaches = (role: Rank, least: Rank) => ranks.indexOf(role) >= ranks.indexOf(least);

/** The role in a workspace; undefined for who may not know of it. Admins and owners of the organization are it everywhere. */
export const roleIn = (model: Model, caller: Caller, workspace: string): Rank | undefined => {
  if (caller.userId === undefined)
    return caller.boundTo === undefined || caller.boundTo === workspace ? caller.keyRole : undefined;
  const role = model.people.get(caller.userId);
  if (role === undefined) return undefined;
  if (role !== 'member') return role;
  if (model.workspaces.get(workspace)?.owner === caller.userId) return 'admin';
  return model.roles.get(workspace)?.get(caller.userId);
};

const isStranger = (model: Model, { userId }: Caller) => userId !== undefined && !model.people.has(userId);

/** The status with which a call in a workspace is refused: R8 (403, and 404 for who is no member), R56. Undefined: it is let in. */
export const refusal = (
  model: Model,
  caller: Caller,
  { workspace, least }: { readonly workspace: string; readonly least: Rank },
): number | undefined => {
  if (isStranger(model, caller)) return 403;
  const role = roleIn(model, caller, workspace);
  if (role === undefined) return 404;
  return reaches(role, least) ? undefined : 403;
};

/** What is asked of who edits services of a workspace: R8, R24. */
export const editor = (model: Model, workspace: string): Rank =>
  model.workspaces.get(workspace)?.kind === 'embedded' ? 'owner' : 'contributor';

/** The role in the organization; undefined for strangers and for keys of one workspace. */
export const roleOutside = (model: Model, caller: Caller): Rank | 'member' | undefined =>
  caller.userId === undefined
    ? caller.boundTo === undefined
      ? caller.keyRole
      : undefined
    : model.people.get(caller.userId);

/** Whether somebody manages the organization (R56). */
export const isAdmin = (model: Model, caller: Caller) =>
  ['admin', 'owner'].includes(roleOutside(model, caller) ?? '');

export const placeOf = (model: Model, kind: Kind): string =>
  [...model.workspaces].find(([, workspace]) => workspace.kind === kind)![0];

export const isOver = ({ now }: Model, { legacy }: Service) =>
  legacy?.sunsetAt !== undefined && legacy.sunsetAt <= now();

/** Where a service comes from as one sees it in a workspace; undefined where no auth can be made with it: R9, R10, R14, R15, R25. */
export const sourceOf = (model: Model, service: Service | undefined, workspace: string) => {
  if (!service) return undefined;
  if (service.legacy) return 'legacy';
  if (service.workspace === workspace) return 'own';
  const kind = model.workspaces.get(service.workspace)?.kind;
  return kind === 'organization' || kind === 'embedded' ? kind : undefined;
};

/** By id, where from: what the available list shows (R12, R17). */
export const available = (model: Model, workspace: string): ReadonlyMap<string, string> =>
  new Map(
    [...model.services.values()].flatMap((service) => {
      const source = sourceOf(model, service, workspace);
      return source && !isOver(model, service) ? [[service.id, source] as const] : [];
    }),
  );

/** The managed list (R12). */
export const managed = (model: Model, workspace: string): readonly string[] =>
  [...model.services.values()].filter((service) => service.workspace === workspace).map(({ id }) => id);

export const isPublished = (model: Model, service: string) =>
  [...model.solutions.values()].some(({ published, services }) => published && services.includes(service));

/** Whether a connector is for a workspace: its own, or shared. */
const isFor = (connector: Connector, workspace: string) =>
  connector.workspace === workspace ||
  connector.sharedWith === 'organization' ||
  connector.sharedWith.includes(workspace);

export const connectorsFor = (model: Model, workspace: string) =>
  [...model.connectors.values()].filter((connector) => isFor(connector, workspace));

/** Whether a service is shared with the target of an import: R19, R20, and no third way (R21). */
const isShared = (model: Model, service: Service | undefined, target: string) =>
  service !== undefined &&
  ([target, placeOf(model, 'organization')].includes(service.workspace) ||
    connectorsFor(model, target).some((connector) => connector.service === service.id));

/** A service of a bundle by its id, and how its steps use it. */
export interface Used {
  readonly ref: string;
  readonly id: string;
  readonly kinds: readonly ('connector' | 'http_client' | 'graphql_client')[];
}

/** What an import comes to: R18–R23. */
export const importOutcome = (
  model: Model,
  target: string,
  { used, mapping }: { readonly used: readonly Used[]; readonly mapping: Readonly<Record<string, string>> },
) => {
  const choice = available(model, target);
  const excepted = ({ kinds }: Used) => !kinds.includes('connector');
  const wrong = used.filter((one) => {
    const chosen = mapping[one.ref];
    return chosen !== undefined && !(excepted(one) && choice.has(chosen));
  });
  const open = used.filter(
    (one) =>
      mapping[one.ref] === undefined &&
      !isShared(model, model.services.get(one.id), target) &&
      !(excepted(one) && choice.has(one.id)),
  );
  return {
    wrong: wrong.length > 0,
    missing: open.filter((one) => !excepted(one)).map(({ ref }) => ref),
    needsMapping: open.filter(excepted).map(({ ref }) => ref),
    choice: [...choice.keys()],
  };
};
