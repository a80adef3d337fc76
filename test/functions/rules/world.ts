import { provide } from '#shared/deps.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { putMember } from '#shared/domain/members/put.ts';
import { matcher } from '#shared/entry/match.ts';
import { reactions, takes } from '#functions/reactions.ts';
import { routes } from '#functions/routes.ts';
import { call, react, type Answered } from '../../support/api.ts';
import { world } from '../../support/deps.ts';
import { signedToken, signingKey } from '../../support/issuer.ts';
import { actor } from '../../support/nouns.ts';
import { audience } from '../../support/people.ts';
import { answer, jsonAnswer } from '../../support/watched.ts';
import { emptyModel, type Caller, type Kind } from './model.ts';

const issuer = 'https://id.acme.example';
const lambdas = new Map<string, unknown>();
const table = routes.map(({ noun, route }) => ({ noun, match: matcher(route) }));
const removing = /finish-(service-)?removals/;
const finishing = reactions.filter(({ entry }) => removing.test(entry));

const handlerOf = async (entry: string): Promise<unknown> => {
  const known = lambdas.get(entry);
  if (known !== undefined) return known;
  const { handler } = (await import(`#functions/${entry}`)) as { handler: unknown };
  lambdas.set(entry, handler);
  return handler;
};

export const users = ['user-1', 'user-2', 'user-3', 'user-4', 'user-5'] as const;
export const endUsers = ['customer-1', 'customer-2'] as const;

/** Who vouches for people, and a token of each that is good in every world: they all begin at the same time. */
export const vouching = async () => {
  const key = await signingKey('one');
  const { clock } = await world();
  const now = Math.floor(clock.now() / 1000);
  const tokens = new Map<string, string>();
  for (const sub of users)
    tokens.set(
      sub,
      await signedToken(key, { iss: issuer, aud: audience, sub, iat: now, exp: now + 400 * 86_400 }),
    );
  return { key, tokens };
};
type Vouching = Awaited<ReturnType<typeof vouching>>;

/** An organization with its first owner, three shared workspaces and an embedded one, some keys, and the model of it. */
export const rulesWorld = async ({ key, tokens }: Vouching) => {
  const w = await world();
  w.http.answers(({ url }) => {
    if (url.endsWith('/openid-configuration')) return jsonAnswer(200, { issuer, jwks_uri: `${issuer}/keys` });
    return url === `${issuer}/keys` ? jsonAnswer(200, { keys: [key.jwk] }) : answer(200, 'there');
  });
  const tokenSettings = { issuer, audience: [audience], userClaim: 'sub' };
  const deps = { ...w.deps, settings: { ...w.deps.settings, tokens: tokenSettings } };
  provide(deps);
  const { organizationId } = w;
  const owner = (await firstKey(deps, organizationId)).reveal();
  const model = emptyModel(w.clock.now);
  const texts = new Map<string, string>(tokens);

  /** Calls the function that API Gateway would. */
  const send = async (as: string, method: string, path: string, body?: unknown): Promise<Answered> => {
    const [plain = '', query] = path.split('?');
    const found = table.find(({ match }) => match.path({ path: plain }) && match.method({ method }));
    if (!found) throw new Error(`There is no route ${method} ${path}.`);
    const headers = { authorization: `Bearer ${as}` };
    const handler = await handlerOf(`${found.noun}/lambda.ts`);
    return call(handler, { method, path: plain, body, headers, ...(query && { query }) });
  };

  const made = async (path: string, body: unknown): Promise<Answered['json']> => {
    const { status, json, text } = await send(owner, 'POST', path, body);
    if (status !== 201) throw new Error(text);
    return json;
  };
  const workspace = async (name: string, kind: Kind) => {
    const id = String((await made('/v1/workspaces', { name, kind }))['id']);
    model.workspaces.set(id, { kind });
    return id;
  };
  const callers: Caller[] = users.map((userId) => ({ name: userId, userId }));
  const keyed = async (keyRole: NonNullable<Caller['keyRole']>, boundTo?: string) => {
    const caller: Caller = { name: `key ${keyRole}${boundTo ? ' of One' : ''}`, keyRole, boundTo };
    const body = { name: caller.name, role: keyRole, ...(boundTo && { workspaceId: boundTo }) };
    texts.set(caller.name, String((await made('/v1/keys', body))['key']));
    callers.push(caller);
  };

  model.workspaces.set(w.workspaceId, { kind: 'organization' });
  const one = await workspace('One', 'shared');
  await workspace('Two', 'shared');
  await workspace('Three', 'shared');
  await workspace('Embedded', 'embedded');
  await keyed('contributor');
  await keyed('viewer');
  await keyed('contributor', one);
  texts.set('key owner', owner);
  callers.push({ name: 'key owner', keyRole: 'owner' });
  await putMember(deps, { by: actor(w), userId: users[0], role: 'owner', ifMatch: undefined });
  model.people.set(users[0], 'owner');

  let told = 0;
  const log: string[] = [];
  return {
    model,
    callers,
    log,
    clock: w.clock,
    owner,
    send,
    as: (caller: Caller, method: string, path: string, body?: unknown) =>
      send(texts.get(caller.name)!, method, path, body),
    /** Finishes the deletions that were begun. */
    settle: async () => {
      for (; told < w.bus.events.length; told += 1) {
        const event = w.bus.events[told]!;
        for (const reaction of finishing.filter((each) => takes(each, event.type)))
          await react(await handlerOf(reaction.entry), [event]);
      }
    },
  };
};

export type RulesWorld = Awaited<ReturnType<typeof rulesWorld>>;
