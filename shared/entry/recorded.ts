import type { Actor } from '../domain/actor.ts';
import type { HistoryEntry } from '../domain/history/entry.ts';
import { idsIn } from '../domain/history/ids-in.ts';
import { beginEntry, concludeEntry, noteEntry, type Act, type Outcome } from '../domain/history/record.ts';
import { log } from '../log.ts';
import type { Deps } from '../ports.ts';
import { visibleError } from './errors.ts';
import { headerOf, textOf, type ArrivingCall, type Reply } from './http.ts';
import type { Route } from './route.ts';

interface Recorded {
  readonly route: Route;
  readonly caller: Actor;
  readonly path: Readonly<Record<string, string>>;
  readonly call: ArrivingCall;
}

const longestAgent = 200;

/** A path may name an end user, who may have to be forgotten by this very call. */
const subjectsOf = (path: Recorded['path']): readonly string[] =>
  Object.entries(path).flatMap(([name, value]) =>
    name.endsWith('Id') && name !== 'endUserId' ? [value] : [],
  );

/** An end user's are in the history of the own workspace, wherever they tried: there they are forgotten. */
const workspaceOf = (path: Recorded['path'], { type, workspaceId }: Actor): string | undefined =>
  type === 'end_user' ? workspaceId : (path['workspaceId'] ?? workspaceId);

const actOf = ({ route, path, call }: Recorded, actor: Actor): Act => ({
  actor,
  workspaceId: workspaceOf(path, actor),
  action: route.name,
  subjects: subjectsOf(path),
  from: {
    address: call.address,
    agent: headerOf(call, 'user-agent')?.replace(/\p{C}/gu, '').slice(0, longestAgent),
  },
  requestId: call.requestId,
});

const outcomeOf = (reply: Reply): Outcome => ({
  status: reply.status,
  made: idsIn(textOf(reply)),
});

/** What was done or refused stays so, and its answer goes out: that the history does not tell how it ended is for the log. */
const unconcluded =
  ({ route, call }: Recorded) =>
  (error: unknown): void => {
    const fields = { requestId: call.requestId, route: route.name };
    log.error('The history does not tell how a call ended.', fields, error);
  };

/** Who asks for `begin` when the act is about to be done, as whom. */
type Begin = (actor: Actor) => Promise<void>;

/**
 * Answers a call and leaves one entry in the history, as the route says: written before the act and completed after it, so that
 * nothing is done of which there is no trace; at once where nothing was done. Of uses, which are counted where a
 * credential is used, only what is forbidden.
 */
export const recorded = async (
  deps: Deps,
  about: Recorded,
  answer: (begin: Begin) => Promise<Reply>,
): Promise<Reply> => {
  const { history } = about.route;
  const written: HistoryEntry[] = [];
  const begin: Begin = async (actor) => {
    if (history === 'each') written.push(await beginEntry(deps, actOf(about, actor)));
  };
  const conclude = async (outcome: Outcome) => {
    const [entry] = written;
    if (entry) await concludeEntry(deps, entry, outcome).catch(unconcluded(about));
    else await noteEntry(deps, actOf(about, about.caller), outcome);
  };
  const reply = await answer(begin).catch(async (error: unknown) => {
    const { status, code } = visibleError(error);
    if (history === 'each' || (history === 'use' && status === 403))
      await conclude({ status, code }).catch(unconcluded(about));
    throw error;
  });
  // Nothing was begun where an answer is given once more.
  if (history === 'each')
    await conclude({ ...outcomeOf(reply), repeated: written.length === 0 || undefined });
  return reply;
};
