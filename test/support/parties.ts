import { createKey } from '#shared/domain/keys/create.ts';
import { NewKey } from '#shared/domain/keys/key.ts';
import { handler as connectors } from '#functions/connectors/lambda.ts';
import { handler as transfers } from '#functions/transfers/lambda.ts';
import { call, type Answered } from './api.ts';
import { world, type World } from './deps.ts';
import { actor, sharedWorkspace, tokenService } from './nouns.ts';

type Parts = Readonly<Record<string, unknown>>;

/** The text of a key of a role, bound to a workspace or not. */
export const keyOf = async (w: World, role: string, workspaceId?: string): Promise<string> => {
  const input = NewKey.parse({ name: 'A key', role, workspaceId });
  return (await createKey(w.deps, { by: actor(w), input })).text.reveal();
};

/** Two workspaces beside that of the organization, a contributor of both, and what they send each other. */
export const parties = async () => {
  const w = await world();
  const [source, target] = [await sharedWorkspace(w, 'Source'), await sharedWorkspace(w, 'Target')];
  const key = await keyOf(w, 'contributor');

  const send = (
    [method, workspaceId, path]: readonly [method: string, workspaceId: string, path: string],
    body?: unknown,
    { as = key, headers = {} }: { as?: string; headers?: Record<string, string> } = {},
  ): Promise<Answered> =>
    call(path.startsWith('connectors') ? connectors : transfers, {
      method,
      path: `/v1/workspaces/${workspaceId}/${path}`,
      body,
      headers: { authorization: `Bearer ${as}`, ...headers },
    });

  return {
    w,
    source: source.id,
    target: target.id,
    organization: w.workspaceId,
    key,
    send,
    /** A service of the type token; by its name its calls go elsewhere. */
    service: (workspaceId: string, name = 'Acme', parts: Parts = {}) =>
      tokenService(
        { ...w, workspaceId },
        { name, baseUrl: `https://api.${name.toLowerCase().replace(/\W/g, '')}.example`, ...parts },
      ),
    connector: async (workspaceId: string, serviceId: string, sharedWith: unknown): Promise<string> => {
      const body = { name: 'Orders', serviceId, sharedWith };
      return String((await send(['POST', workspaceId, 'connectors'], body)).json['id']);
    },
    /** All that is stored, but for what every call leaves: its entry in the history, and when its key was used last. */
    stored: () =>
      w.store
        .held()
        .filter((item) => !/^[^ ]*"sort":"KEY#|^[^ ]*#HISTORY#/.test(item))
        .join('\n'),
  };
};

export type Parties = Awaited<ReturnType<typeof parties>>;
