import { AppError, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { flights } from '../memory.ts';
import type { AuthRef } from './amend.ts';
import { renewalFailed } from './attempt.ts';
import { authKey, auths, type Auth } from './auth.ts';
import { chance } from '../chance.ts';
import { onTrial } from './on-trial.ts';
import { needsReconnect } from './over.ts';
import { recover, settleLease } from './recover.ts';
import { renewOnce } from './renew-once.ts';
import { left, stepFor, visible, type FreshOptions } from './step.ts';
import { lookAgainAfter } from './timing.ts';

const longestWait = 75_000;

const load = async ({ store }: Deps, { organizationId, authId }: AuthRef, only?: string): Promise<Auth> => {
  const auth = await store.get(auths, authKey(organizationId, authId));
  if (!auth || !visible(auth, only)) throw notFound('auth');
  return auth;
};

/** The auth with a usable token, or the reason why there is none. */
const usable = (auth: Auth, now: number): Auth => {
  if (auth.state === 'needs_reconnect') throw needsReconnect(auth);
  if (left(auth, now) <= 0) throw renewalFailed(auth.failure?.code ?? 'no_answer');
  return auth;
};

const underWay = () => new AppError(503, 'refresh_under_way', 'The token is being renewed. Repeat the call.');

const run = async (deps: Deps, ref: AuthRef, asked: FreshOptions): Promise<Auth> => {
  let giveUpAt = deps.clock.now() + longestWait;
  let options = asked;
  let looks = 0;
  let waitedFor: string | undefined;
  for (;;) {
    const auth = await load(deps, ref, options.workspaceId);
    const now = deps.clock.now();
    const step = stepFor(auth, now, options);
    if (step === 'done') return usable(auth, now);
    if (now > giveUpAt) throw underWay();
    if (step === 'settle') {
      await settleLease(deps, auth);
    } else if (step === 'renew') {
      const result = await renewOnce(deps, auth, {
        insist: options.insist ?? false,
        callOver: options.callOver,
      });
      // The same as before: its answer is held in escrow, and asking again at once moves nothing.
      if (result && (result === auth || !onTrial(result))) return usable(result, deps.clock.now());
      if (result) {
        // A late winner's credential has to prove itself, at once.
        options = { ...options, ahead: true };
        giveUpAt = deps.clock.now() + longestWait;
      }
    } else {
      // Its holder may have died with the answer in the vault: who has waited before looks there, and waits no lease out.
      looks = waitedFor === auth.attempt?.id ? looks + 1 : 0;
      waitedFor = auth.attempt?.id;
      const found = looks > 0 ? await recover(deps, auth) : 'nothing';
      if (found !== 'committed') await deps.clock.sleep(lookAgainAfter(looks, chance(deps)));
    }
  }
};

const flight = flights<Auth>();

/**
 * An auth whose credential can be used now: renewed at most once however many ask (design, section 8). For the schedule,
 * the proxy and "refresh now" alike. While renewing fails, a token that is still valid is used.
 * Rejects with 404 `auth_not_found`, 409 `needs_reconnect`, 502 `refresh_failed`, 503 `refresh_under_way`.
 */
export const freshCredential = async (
  deps: Deps,
  ref: AuthRef,
  options: FreshOptions = {},
): Promise<Auth> => {
  const kind = options.otherThan ?? (options.ahead ? 'ahead' : 'valid');
  const insisting = options.insist ? 'insisting' : '';
  const key = [ref.organizationId, ref.authId, options.workspaceId ?? '', kind, insisting].join('/');
  return flight(deps, key, () => run(deps, ref, options));
};
