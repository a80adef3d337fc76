import type { Deps, IncomingResponse } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import { limitReached } from '../../protocols/rate-limit.ts';
import { demand, type Actor } from '../actor.ts';
import { demandUse } from '../members/demand-use.ts';
import type { Auth } from '../auths/auth.ts';
import { freshCredential } from '../auths/fresh-credential.ts';
import { noteUse } from '../auths/note-use.ts';
import { recentCredential } from '../auths/recent-credential.ts';
import { renewable } from '../auths/renewable.ts';
import { countUse } from '../history/count-use.ts';
import { discard } from '../discard.ts';
import { recentService, type ServiceInUse } from '../services/current.ts';
import { decodedAnswer } from './decode.ts';
import { gathered } from './gathered.ts';
import { backwardHeaders } from './headers.ts';
import { withinLimits } from './limits/within-limits.ts';
import { allItems } from './pages.ts';
import { readyCredential } from './ready.ts';
import { followRedirects } from './redirects.ts';
import { repeatable } from './repeatable.ts';
import { withRetries } from './retries.ts';
import { patienceOf, unreachable, type Outgoing } from './send.ts';

export interface ProxyCall extends Outgoing {
  readonly actor: Actor;
  readonly authId: string;
}

/** The answer of a service, and how it was come by. */
export interface ProxyAnswer extends IncomingResponse {
  readonly auth: Auth;
  /** The last URL, where redirects were followed; left out where the credential is in it. */
  readonly url?: string | undefined;
  /** How often the call was sent for it. */
  readonly tries: number;
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

interface AskInput {
  readonly auth: Auth;
  readonly service: ServiceInUse;
  readonly outgoing: Outgoing;
  /** When the answer must be there. Milliseconds since 1970. */
  readonly until: number;
}

/** Sends a call with the credential that an auth has now, as often and as far as its caller and the service want it. */
const ask = async (deps: Deps, { auth, service, outgoing, until }: AskInput) => {
  const ready = await readyCredential(deps, auth, service);
  const { options: { timeoutMilliseconds } = {}, signal } = outgoing;
  const answer = await withRetries(deps, { service, outgoing, until }, () =>
    withinLimits(deps, { auth, service, timeoutMilliseconds, signal }, () =>
      followRedirects(deps, { service, ready, outgoing, until }),
    ),
  ).catch((error: unknown) => unreachable(error, patienceOf(outgoing)));
  return { ...answer, auth };
};

/** The same and, when the answer says that the token is over, once more with a renewed one if there can be one. */
const askSurely = async (deps: Deps, input: AskInput): Promise<ProxyAnswer> => {
  const { auth, service, outgoing, until } = input;
  const { organizationId, workspaceId, id: authId } = auth;
  const first = await ask(deps, input);
  const { status, strange, done } = first;
  // Of a site that was asked without the credential, no answer is about it; nor is one that only asks for a rest.
  if (strange || limitReached(first, service.definition.rateLimit)) return first;
  if (!tokenRefused(auth, service, { status, now: deps.clock.now() })) return first;
  const otherThan = auth.credential.version;
  const ref = { organizationId, authId };
  const renewed = await freshCredential(deps, ref, { workspaceId, otherThan }).catch(() => undefined);
  if (!renewed || renewed.credential.version === otherThan) return first;
  if (done || !repeatable(outgoing.body) || deps.clock.now() >= until) return first;
  await discard(first);
  return ask(deps, { ...input, auth: renewed });
};

/** An answer as the caller gets it. Only what goes back is unpacked: what is thrown away is let go of as it came. */
const asWanted = async (answer: ProxyAnswer, { options }: Outgoing): Promise<ProxyAnswer> => {
  const { headers, body } = options?.decode === true ? await decodedAnswer(answer) : answer;
  return { ...answer, body, headers: backwardHeaders(headers) };
};

/**
 * Calls a service with an auth's credential, as sent (R5). Redirects and further tries are as the options and the service say.
 * When the answer says that the token is over (`refresh.on`), the token is renewed once, however many calls hear it, and the
 * call is sent once more; if it cannot be renewed, the answer stands. Rejects as `freshCredential` does, and with 422, 403, 502
 * or 504.
 */
export const proxyCall = async (deps: Deps, { actor, authId, ...asked }: ProxyCall): Promise<ProxyAnswer> => {
  demand(actor, 'auths:use');
  const mostItems = asked.options?.mostItems;
  if (mostItems !== undefined)
    return allItems(deps, { actor, authId, ...asked, mostItems }, (page) => proxyCall(deps, page));
  const { organizationId, workspaceId } = actor;
  const acting = await demandUse(deps, actor, authId);
  const auth = await recentCredential(deps, { organizationId, authId }, workspaceId);
  const service = await recentService(deps, auth);
  await Promise.all([noteUse(deps, auth, service), countUse(deps, { actor: acting, auth })]);
  const outgoing = await gathered(service, asked);
  const until = deps.clock.now() + patienceOf(outgoing);
  return asWanted(await askSurely(deps, { auth, service, outgoing, until }), outgoing);
};
