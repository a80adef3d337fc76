import { conflict, type AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { iso } from '../inputs.ts';
import { endedLife } from '../learning/life.ts';
import type { Umbrella } from '../umbrellas/umbrella.ts';
import { adviceOnCause, adviceOnEnd, type Cause } from './advice.ts';
import type { Auth } from './auth.ts';
import { AuthExpired, AuthNeedsReconnect, tell } from './events.ts';

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

/** Its life was over as predicted, a little early even: who waits for that event hears it now, if not before. */
const expired = (deps: Deps, auth: Auth, { cause, umbrella }: OverInput) => {
  const { prediction, alertAt } = auth;
  if (!prediction || alertAt === undefined || !endings.includes(cause)) return undefined;
  const help =
    cause === 'provider_test_status' ? adviceOnCause(cause, umbrella) : adviceOnEnd(prediction, umbrella);
  return tell(deps, AuthExpired, auth, { endsAt: iso(prediction.end), reason: prediction.reason, ...help });
};

/**
 * An auth that was given up, and then a late winner brought what may be the live token after all (design, section 8.5). It stays
 * given up until a renewal with that token has proved it: else one end would be told twice.
 */
export const onTrial = ({ state, refreshAt }: Auth): boolean =>
  state === 'needs_reconnect' && refreshAt !== undefined;

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
    alerted: ended && auth.prediction ? { end: auth.prediction.end, lead: 0 } : auth.alerted,
    testAt: undefined,
    outbox: [
      ...auth.outbox,
      ...(ended ? [ended] : []),
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
