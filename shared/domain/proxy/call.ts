import type { Deps, IncomingResponse } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import { demand, type Actor } from '../actor.ts';
import type { Auth } from '../auths/auth.ts';
import { renewable } from '../auths/commit.ts';
import { freshCredential } from '../auths/fresh-credential.ts';
import { noteUse } from '../auths/note-use.ts';
import { discard } from '../discard.ts';
import { recentService, type ServiceInUse } from '../services/current.ts';
import { gathered } from './gathered.ts';
import { backwardHeaders } from './headers.ts';
import { allItems } from './pages.ts';
import { withinLimits } from './limits/within-limits.ts';
import { readyCredential } from './ready.ts';
import { repeatable } from './repeatable.ts';
import { sendWithCredential, type Outgoing } from './send.ts';

export interface ProxyCall extends Outgoing {
  readonly actor: Actor;
  readonly authId: string;
}

/** The answer of a service, and the auth that it was asked with. */
export interface ProxyAnswer extends IncomingResponse {
  readonly auth: Auth;
}

/** A token as young as this was refused for another reason than its age: renewing it again would help nobody. */
const young = 60_000;

/** Whether an answer says that the token is over, and renewing it is worth a try now. */
const tokenRefused = (
  auth: Auth,
  service: ServiceInUse,
  { status, now }: { status: number; now: number },
): boolean => {
  const resting = auth.failure !== undefined && (auth.refreshAt ?? 0) > now;
  return (
    protocolOf(service.definition.auth).refusedBy.includes(status) &&
    renewable(service, auth.credential.lineage) &&
    !resting &&
    now - auth.credential.obtainedAt > young
  );
};

/**
 * Calls a service with an auth's credential, as sent (R5). When the answer says that the token is over (`refresh.on`), the
 * token is renewed once, however many calls hear it, and the call is sent once more; if it cannot be renewed, the answer
 * stands. Rejects as `freshCredential` and `withinLimits` do, and with 422, 403, 502 or 504.
 */
export const proxyCall = async (deps: Deps, { actor, authId, ...asked }: ProxyCall): Promise<ProxyAnswer> => {
  demand(actor, 'auths:use');
  const mostItems = asked.options?.mostItems;
  if (mostItems !== undefined)
    return allItems(deps, { actor, authId, ...asked, mostItems }, (page) => proxyCall(deps, page));
  const { organizationId, workspaceId } = actor;
  const ref = { organizationId, authId };
  const auth = await freshCredential(deps, ref, { workspaceId, recent: true });
  const service = await recentService(deps, auth);
  await noteUse(deps, auth, service);
  const outgoing = await gathered(service, asked);
  const { timeoutMilliseconds } = outgoing.options ?? {};
  const send = (by: Auth) =>
    withinLimits(deps, { auth: by, service, timeoutMilliseconds }, async () =>
      sendWithCredential(deps, { service, ready: await readyCredential(deps, by, service), outgoing }),
    );
  const first = await send(auth);
  const answer = (response: IncomingResponse, by: Auth) => ({
    ...response,
    headers: backwardHeaders(response.headers),
    auth: by,
  });
  if (!tokenRefused(auth, service, { status: first.status, now: deps.clock.now() }))
    return answer(first, auth);
  if (!repeatable(outgoing.body)) return answer(first, auth);
  const otherThan = auth.credential.version;
  const renewed = await freshCredential(deps, ref, { workspaceId, otherThan }).catch(() => undefined);
  if (!renewed || renewed.credential.version === otherThan) return answer(first, auth);
  await discard(first);
  return answer(await send(renewed), renewed);
};
