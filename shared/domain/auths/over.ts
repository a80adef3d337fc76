import { conflict, type AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { iso } from '../inputs.ts';
import { endedLife } from '../learning/life.ts';
import type { Umbrella } from '../umbrellas/umbrella.ts';
import type { Auth, causes } from './auth.ts';
import { AuthExpired, AuthNeedsReconnect, tell } from './events.ts';
import { adviceOnRisk } from './risk.ts';

type Cause = (typeof causes)[number];

const advice: Readonly<Record<Exclude<Cause, 'provider_test_status'>, string>> = {
  revoked:
    'The person, an administrator or the provider took the permission back. Ask the person to connect again.',
  idle_limit:
    'Nobody used the auth for longer than the provider lets it live unused. Ask the person to connect again.',
  consent_limit:
    'The provider lets a consent live only so long, however often it is renewed. Ask the person to connect again.',
  client_secret:
    'The provider refused the OAuth application until the auth was over. Renew the client secret, then ask the person to connect again.',
  provider_outage:
    'The provider could not be reached until the auth was over. Ask the person to connect again.',
  absolute_limit:
    'The token has ended and the provider gave nothing to renew it with. Ask the person to connect again.',
  lost_rotation:
    'The answer to a renewal was lost and the provider does not give it twice. Ask the person to connect again.',
  service_changed:
    'The service was changed in a way that ends its auths: another application, other endpoints or another type. Ask the person to connect again.',
  unknown: 'Ask the person to connect again.',
};

/** A refusal this near to the predicted end, or past it, is the provider's test status at work (R42). */
const near = 0.9;

const isTestStatus = ({ prediction, consentedAt }: Auth, now: number): boolean =>
  prediction !== undefined && now - consentedAt >= near * (prediction.end - consentedAt);

/** Why a grant was refused that nobody else has renewed meanwhile. */
export const causeOfRefusal = (auth: Auth, now: number, rotates: boolean): Cause => {
  if (isTestStatus(auth, now)) return 'provider_test_status';
  return rotates && auth.attempt?.again && auth.credential.lineage !== undefined
    ? 'lost_rotation'
    : 'revoked';
};

interface OverInput {
  readonly cause: Cause;
  readonly code: string;
  /** The provider's own words, scrubbed. */
  readonly description?: string | undefined;
  readonly umbrella: Umbrella | undefined;
}

/** Its life was over as predicted, a little early even: who waits for that event hears it now. */
const expired = (deps: Deps, auth: Auth, help: ReturnType<typeof adviceOnRisk>) => {
  const { prediction, alertAt } = auth;
  if (!prediction || alertAt === undefined) return [];
  return [tell(deps, AuthExpired, auth, { endsAt: iso(prediction.end), reason: prediction.reason, ...help })];
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
  const life = endedLife(auth, cause, deps.clock.now());
  const help =
    cause === 'provider_test_status' ? adviceOnRisk(umbrella) : { advice: advice[cause], link: null };
  return {
    ...auth,
    state: 'needs_reconnect',
    cause,
    setAsideAt: undefined,
    attempt: undefined,
    refreshAt: undefined,
    alertAt: undefined,
    testAt: undefined,
    outbox: [
      ...auth.outbox,
      ...(cause === 'provider_test_status' ? expired(deps, auth, help) : []),
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
