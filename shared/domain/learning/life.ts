import * as z from 'zod';
import type { Auth } from '../auths/auth.ts';
import { iso, Time } from '../inputs.ts';
import { EnvironmentName } from '../services/definition.ts';
import { isNear } from './near.ts';

/** How long a grant lived from the person's consent on, and what it was granted to. */
export const Life = z.strictObject({
  environment: EnvironmentName,
  /** Names the type, the application and the endpoints that it was granted through. */
  tie: z.string(),
  /** Which consent of the auth it was. */
  epoch: z.int(),
  consentedAt: Time,
  seconds: z.int(),
});
export type Life = z.infer<typeof Life>;

type Cause = NonNullable<Auth['cause']>;

/**
 * By which causes a refusal ends a life of which nothing else is known. A lost rotation and an application that was refused are not
 * the grant's age, and of an auth that nobody used its rest is known.
 */
const telling: readonly Cause[] = [
  'revoked',
  'provider_test_status',
  'consent_limit',
  'absolute_limit',
  'unknown',
];

/** No provider's clock is so short: what ends sooner was never sound. Seconds. */
const shortest = 60;

/** Whether a person's consent began its life, so that its age is known, and it holds what a provider can refuse. */
const isGrant = ({ serviceId, sessionId, epoch, credential }: Auth): boolean =>
  serviceId !== undefined && (sessionId !== undefined || epoch > 1) && credential.lineage !== undefined;

/** The life of an auth's grant up to a moment; undefined where its age is not known or nothing is granted. */
export const lifeOf = (auth: Auth, at: number): Life | undefined => {
  if (!isGrant(auth)) return undefined;
  const { environment, tie, epoch, consentedAt } = auth;
  const seconds = Math.floor((at - consentedAt) / 1000);
  return { environment, tie, epoch, consentedAt: iso(consentedAt), seconds };
};

/**
 * It ended when another clock than the learned one said that it would: that clock explains it, and goes when it is corrected. One
 * that each renewal moves is always a little ahead, so that it explains an end only when it has come.
 */
const wasForetold = ({ prediction, lasting, consentedAt }: Auth, { seconds }: Life): boolean =>
  [prediction, lasting].some((foreseen) => {
    if (!foreseen || foreseen.reason === 'learned') return false;
    const age = Math.floor((foreseen.end - consentedAt) / 1000);
    return foreseen.moves ? age <= seconds : isNear(seconds, age);
  });

/** The life that the provider's refusal of a grant has ended, as its event bears it; nothing where the end teaches nothing. */
export const endedLife = (auth: Auth, cause: Cause, at: number): { readonly life?: Life } => {
  const life = lifeOf(auth, at);
  if (!life || life.seconds < shortest || !telling.includes(cause) || wasForetold(auth, life)) return {};
  return { life };
};
