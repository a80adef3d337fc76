import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { createWorkspace } from '#shared/domain/workspaces/create.ts';
import { personalWorkspace } from '#shared/domain/workspaces/personal.ts';
import { matcher } from '#shared/entry/match.ts';
import type { KeyRole } from '#shared/permissions.ts';
import { reactions, takes } from '#functions/reactions.ts';
import { routes } from '#functions/routes.ts';
import { call, react, type Answered, type Sent } from '../../support/api.ts';
import { passing, world } from '../../support/deps.ts';

const table = routes.map(({ noun, route }) => ({ noun, match: matcher(route) }));
const load = async (entry: string): Promise<unknown> =>
  ((await import(`#functions/${entry}`)) as { handler: unknown }).handler;

/** An organization with a workspace of each kind, two shared ones, and whoever is asked for by role and workspace. */
export const stage = async () => {
  const w = await world();
  provide(w.deps);
  const { organizationId, deps } = w;
  const make = async (name: string, kind: 'shared' | 'embedded') =>
    (await createWorkspace(deps, { organizationId, name, kind })).id;
  const [one, two] = [await make('One', 'shared'), await make('Two', 'shared')];
  const embedded = await make('Embedded', 'embedded');
  const personal = (await personalWorkspace(deps, { organizationId, userId: 'user-1' })).id;
  const owner = (await firstKey(deps, organizationId)).reveal();

  const key = async (role: KeyRole, workspaceId?: string) =>
    (
      await createKey(deps, {
        by: { organizationId, role: 'owner' },
        input: { name: role, role, workspaceId },
      })
    ).text.reveal();

  /** Calls the function that API Gateway would. */
  const send = async (
    as: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> => {
    const [plain = '', query] = path.split('?');
    const found = table.find(({ match }) => match.path({ path: plain }) && match.method({ method }));
    if (!found) throw new Error(`There is no route ${method} ${path}.`);
    const sent: Sent = {
      method,
      path: plain,
      body,
      headers: { authorization: `Bearer ${as}`, ...headers },
      ...(query && { query }),
    };
    return passing(w.clock, call(await load(`${found.noun}/lambda.ts`), sent), 1000);
  };

  let told = 0;
  /** Does what all events published so far ask for, and what that asks for in turn. */
  const settle = async () => {
    for (; told < w.bus.events.length; told += 1) {
      const event = w.bus.events[told]!;
      for (const reaction of reactions.filter((each) => takes(each, event.type)))
        await passing(w.clock, react(await load(reaction.entry), [event]), 1000);
    }
  };

  /** Every page of a list, by one item each. */
  const all = async (as: string, path: string, limit = 1): Promise<Record<string, unknown>[]> => {
    const items: Record<string, unknown>[] = [];
    let cursor: string | null = null;
    do {
      const next = cursor === null ? '' : `&cursor=${cursor}`;
      const { status, json, text } = await send(as, 'GET', `${path}?limit=${String(limit)}${next}`);
      if (status !== 200) throw new Error(text);
      items.push(...(json['items'] as Record<string, unknown>[]));
      cursor = json['nextCursor'] as string | null;
    } while (cursor !== null);
    return items;
  };

  const at = (workspaceId: string) => `/v1/workspaces/${workspaceId}`;
  return {
    w,
    owner,
    key,
    send,
    settle,
    all,
    /** The paths of the workspaces. */
    organization: at(w.workspaceId),
    one: at(one),
    two: at(two),
    embedded: at(embedded),
    personal: at(personal),
    ids: { organization: w.workspaceId, one, two, embedded, personal },
  };
};

export type Stage = Awaited<ReturnType<typeof stage>>;

/** The id of what was made. */
export const idOf = ({ json, text }: Answered): string => {
  if (typeof json['id'] !== 'string') throw new Error(`Nothing was made: ${text}`);
  return json['id'];
};

export const keyedInput = (serviceId: string, parts: object = {}) => ({
  serviceId,
  name: 'Main',
  fields: { api_key: 'the-api-key' },
  ...parts,
});
