import type { Deps, IncomingResponse } from '../../ports.ts';
import { demand, type Actor } from '../actor.ts';
import type { Auth } from '../auths/auth.ts';
import { freshCredential } from '../auths/fresh-credential.ts';
import { recentService } from '../services/current.ts';
import type { Service } from '../services/service.ts';
import { backwardHeaders } from './headers.ts';
import { sendWithCredential, type Outgoing } from './send.ts';

interface ProxyCall extends Outgoing {
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
  service: Service,
  { status, now }: { status: number; now: number },
): boolean => {
  const { auth: definition } = service.definition;
  if (definition.type !== 'oauth2' || auth.credential.lineage === undefined) return false;
  const resting = auth.failure !== undefined && (auth.refreshAt ?? 0) > now;
  return (
    definition.refresh.on.some((sign) => sign.status === status) &&
    !resting &&
    now - auth.credential.obtainedAt > young
  );
};

/** Lets go of an answer that nobody will read: leaving the loop gives its connection back. */
const discard = async ({ body }: IncomingResponse): Promise<void> => {
  try {
    for await (const chunk of body) if (chunk.byteLength > 0) return;
  } catch {
    // The service broke it off itself.
  }
};

/**
 * Calls a service with an auth's credential, as sent (R5). When the answer says that the token is over (`refresh.on`), the
 * token is renewed once, however many calls hear it, and the call is sent once more; if it cannot be renewed, the answer
 * stands. Rejects as `freshCredential` does, and with 422, 403, 502 or 504.
 */
export const proxyCall = async (
  deps: Deps,
  { actor, authId, ...outgoing }: ProxyCall,
): Promise<ProxyAnswer> => {
  demand(actor, 'auths:use');
  const { organizationId, workspaceId } = actor;
  const ref = { organizationId, authId };
  const auth = await freshCredential(deps, ref, { workspaceId });
  const service = await recentService(deps, auth);
  const first = await sendWithCredential(deps, { auth, service, outgoing });
  const answer = (response: IncomingResponse, by: Auth) => ({
    ...response,
    headers: backwardHeaders(response.headers),
    auth: by,
  });
  if (!tokenRefused(auth, service, { status: first.status, now: deps.clock.now() }))
    return answer(first, auth);
  const otherThan = auth.credential.version;
  const renewed = await freshCredential(deps, ref, { workspaceId, otherThan }).catch(() => undefined);
  if (!renewed || renewed.credential.version === otherThan) return answer(first, auth);
  await discard(first);
  return answer(await sendWithCredential(deps, { auth: renewed, service, outgoing }), renewed);
};
