import { refusals } from '../../protocols/oauth2/refusals.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import { endsOf, type End } from '../lifetimes/predict.ts';
import type { ServiceInUse } from '../services/current.ts';
import type { Cause } from './advice.ts';
import type { Auth } from './auth.ts';
import { lifeOf } from './forecast.ts';
import { setAsideCode } from './set-aside-code.ts';
import { refusalCode } from './tested.ts';

/** A refusal this near to an end, or past it, is that clock at work (R42). */
const near = 0.9;

const hasRun = ({ end, since, reason }: End, now: number, { credential }: Auth): boolean => {
  const life = end - since;
  // Nothing ended then: the provider has renewed the auth long after.
  if (credential.obtainedAt - since > (2 - near) * life) return false;
  // A guess that the auth has outlived explains nothing.
  if (reason === 'learned' && now - since > (2 - near) * life) return false;
  return now - since >= near * life;
};

/** The clocks that have run, or all but run, the one that ended first before the others. */
const runClocks = (auth: Auth, service: ServiceInUse, now: number): readonly End[] =>
  // As of the consent: what was foreseen then is no less foreseen for being past.
  endsOf({ ...lifeOf(auth, service, now), now: auth.consentedAt })
    .filter((end) => hasRun(end, now, auth))
    .toSorted((a, b) => a.end - b.end);

const ofClock = ({ reason, moves }: End, { atRisk }: Auth): Cause => {
  switch (reason) {
    case 'consent':
      return 'consent_limit';
    case 'idle':
      return 'idle_limit';
    case 'absolute':
      return 'absolute_limit';
    case 'announced':
      return moves ? 'idle_limit' : 'absolute_limit';
    case 'demo':
      return 'provider_test_status';
    case 'learned':
      return atRisk ? 'provider_test_status' : 'consent_limit';
  }
};

/** Whether a provider refuses by a code the OAuth application itself (RFC 6749 §5.2). */
const isOfClient = (code: string): boolean =>
  refusals.some(({ says, kind }) => says === code && kind === 'client');

/** A clock that a renewal would have moved ran because renewing failed, where it did: why that failed is why the auth is over. */
const blame = (end: End, auth: Auth, service: ServiceInUse): Cause => {
  const { failure } = auth;
  if (!end.moves || failure === undefined || failure.code === refusalCode) return ofClock(end, auth);
  if (failure.code === setAsideCode) return 'unknown';
  return service.clientRejectedAt !== undefined || isOfClient(failure.code)
    ? 'client_secret'
    : 'provider_outage';
};

/** Whether this refresh token was sent before, to a provider that takes each but once. */
const isLost = ({ attempt, credential }: Auth, { definition }: ServiceInUse): boolean =>
  attempt?.again === true &&
  credential.lineage !== undefined &&
  (protocolOf(definition.auth).graceMilliseconds ?? 0) !== Infinity;

/**
 * Why a grant was refused that nobody else has renewed meanwhile (R42): the clock that has run, else a token that was spent already,
 * else a clock that all but ran, else somebody took the permission back.
 */
export const causeOfRefusal = (auth: Auth, service: ServiceInUse, now: number): Cause => {
  const run = runClocks(auth, service, now);
  const over = run.find(({ end, moves }) => !moves || end <= now);
  if (over) return blame(over, auth, service);
  if (isLost(auth, service)) return 'lost_rotation';
  return run[0] ? blame(run[0], auth, service) : 'revoked';
};
