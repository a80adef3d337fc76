import { conflict, type AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { iso } from '../inputs.ts';
import { endedLife } from '../learning/life.ts';
import { toTell, withTelling } from '../lifetimes/alert.ts';
import type { Umbrella } from '../umbrellas/umbrella.ts';
import { adviceOnCause, adviceOnEnd, type Cause } from './advice.ts';
import type { Auth } from './auth.ts';
import { AuthExpired, AuthNeedsReconnect, tell } from './events.ts';
import { endingOf } from './forecast.ts';
import { onTrial } from './on-trial.ts';

interface OverInput {
  readonly cause: Cause;
  readonly code: string;
  /** The provider's own words, scrubbed. */
  readonly description?: string | undefined;
  readonly umbrella: Umbrella | undefined;
}

/** The causes that are the end of a life, and no event in it. */
const endings: readonly Cause[] = [
  'provider_test_status',
  'idle_limit',
  'absolute_limit',
  'consent_limit',
  'client_secret',
  'provider_outage',
];

/** A refusal this near to an end that no renewal moves is that end, though one that is moved was nearer. */
const near = 0.9;

const endThatCame = ({ prediction, lasting, consentedAt }: Auth, now: number): Auth['prediction'] => {
  if (!lasting) return prediction;
  const { end, since = consentedAt } = lasting;
  return now - since >= near * (end - since) ? lasting : prediction;
};

/** Its life was over as predicted, a little early even: who waits for that event hears it now, if not before. */
const expired = (
  deps: Deps,
  auth: Auth,
  { cause, umbrella }: OverInput,
): Pick<Auth, 'alerted' | 'outbox'> | undefined => {
  const now = deps.clock.now();
  const prediction = endThatCame(auth, now);
  if (!prediction || auth.alertAt === undefined || !endings.includes(cause)) return undefined;
  const { end, reason } = prediction;
  const ending = endingOf(auth, prediction);
  const isTold = toTell(ending, end) === undefined;
  if (isTold) return undefined;
  const help =
    cause === 'provider_test_status' ? adviceOnCause(cause, umbrella) : adviceOnEnd(prediction, umbrella);
  return {
    alerted: withTelling(ending, 0, now),
    outbox: [tell(deps, AuthExpired, auth, { endsAt: iso(end), reason, ...help })],
  };
};

/** The auth as it is when only a new consent helps: the provider is not called any more, and one event says so. */
export const over = (deps: Deps, auth: Auth, input: OverInput): Auth => {
  if (onTrial(auth)) return { ...auth, attempt: undefined, refreshAt: undefined };
  const { cause, code, description = null, umbrella } = input;
  const ended = expired(deps, auth, input);
  const help = adviceOnCause(cause, umbrella);
  const life = endedLife(auth, cause, deps.clock.now());
  return {
    ...auth,
    state: 'needs_reconnect',
    cause,
    setAsideAt: undefined,
    attempt: undefined,
    refreshAt: undefined,
    alertAt: undefined,
    alerted: ended?.alerted ?? auth.alerted,
    testAt: undefined,
    outbox: [
      ...auth.outbox,
      ...(ended?.outbox ?? []),
      tell(deps, AuthNeedsReconnect, auth, { cause, code, description, ...help, ...life }),
    ],
  };
};

const wayBack = ({ serviceId, workspaceId, id }: Auth) =>
  serviceId === undefined
    ? { path: `/v1/workspaces/${workspaceId}/auths`, message: 'POST a new generic auth and delete this one.' }
    : {
        path: `/v1/workspaces/${workspaceId}/connect-sessions`,
        message: `POST {"serviceId": "${serviceId}", "authId": "${id}"} here and send the person to the url of the answer.`,
      };

/** 409 with what to do; the provider is not called with a credential that is over. */
export const needsReconnect = (auth: Auth): AppError =>
  conflict(
    'needs_reconnect',
    `The auth is over (${auth.cause ?? auth.state}). The person has to connect again.`,
    [wayBack(auth)],
  );
