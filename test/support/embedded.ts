import { provide } from '#shared/deps.ts';
import { createKey } from '#shared/domain/keys/create.ts';
import { NewKey } from '#shared/domain/keys/key.ts';
import { createWorkspace } from '#shared/domain/workspaces/create.ts';
import { matcher } from '#shared/entry/match.ts';
import type { KeyRole } from '#shared/permissions.ts';
import { reactions, takes } from '#functions/reactions.ts';
import { routes } from '#functions/routes.ts';
import { call, react, type Answered, type Sent } from './api.ts';
import { world, type World } from './deps.ts';
import { actor } from './nouns.ts';

const table = routes.map(({ noun, route }) => ({ noun, match: matcher(route) }));

const load = async (entry: string): Promise<unknown> =>
  ((await import(`#functions/${entry}`)) as { handler: unknown }).handler;

/** Calls the function that API Gateway would, with a bearer's text. */
export const callAs = async (
  text: string,
  method: string,
  path: string,
  parts: Partial<Sent> = {},
): Promise<Answered> => {
  const found = table.find(({ match }) => match.path({ path }) && match.method({ method }));
  return call(await load(`${found?.noun ?? 'api'}/lambda.ts`), {
    method,
    path,
    ...parts,
    headers: { authorization: `Bearer ${text}`, ...parts.headers },
  });
};

/** Runs the reactions to what was published since a place in the bus, until nothing new comes. Answers how many failed. */
export const settle = async (w: World, from = 0): Promise<number> => {
  let failed = 0;
  for (let at = from; at < w.bus.events.length; at += 1) {
    const event = w.bus.events[at]!;
    for (const reaction of reactions.filter((one) => takes(one, event.type)))
      failed += await react(await load(reaction.entry), [event]);
  }
  return failed;
};

/** A world with an embedded workspace, and keys by role. */
export const embeddedWorld = async () => {
  const w = await world();
  provide(w.deps);
  const { id: embedded } = await createWorkspace(w.deps, {
    organizationId: w.organizationId,
    name: 'Embedded',
    kind: 'embedded',
  });
  const keyOf = async (role: KeyRole): Promise<string> =>
    (await createKey(w.deps, { by: actor(w), input: NewKey.parse({ name: role, role }) })).text.reveal();
  const keys = {
    owner: await keyOf('owner'),
    admin: await keyOf('admin'),
    contributor: await keyOf('contributor'),
    viewer: await keyOf('viewer'),
  };
  /** Opens a session for an end user of the embedded workspace; answers its token. */
  const sessionOf = async (endUserId: string): Promise<string> => {
    const path = `/v1/workspaces/${embedded}/end-user-sessions`;
    const { json } = await callAs(keys.contributor, 'POST', path, { body: { endUserId } });
    return String(json['token']);
  };
  return { ...w, held: w.store.held, embedded, base: `/v1/workspaces/${embedded}`, keys, sessionOf };
};

export type EmbeddedWorld = Awaited<ReturnType<typeof embeddedWorld>>;
