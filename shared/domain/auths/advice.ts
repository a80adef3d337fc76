import type { Clock } from '../lifetimes/clocks.ts';
import type { Umbrella } from '../umbrellas/umbrella.ts';
import type { Auth, causes } from './auth.ts';
import { adviceOnRisk } from './risk.ts';

export type Cause = (typeof causes)[number];

/** What a person can do, and where (R44); `link` is null where Latchkey knows of no page. */
interface Help {
  readonly advice: string;
  readonly link: string | null;
}

const onCause: Readonly<Record<Exclude<Cause, 'provider_test_status'>, string>> = {
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

/** What to do about an auth that is over. */
export const adviceOnCause = (cause: Cause, umbrella: Umbrella | undefined): Help => {
  const onRisk = adviceOnRisk(umbrella);
  if (cause === 'provider_test_status') return onRisk;
  // Where the application is looked after, its secret is as well.
  return { advice: onCause[cause], link: cause === 'client_secret' ? onRisk.link : null };
};

const atRest =
  'The provider lets the auth rest only so long, and renewing it does not succeed. See why in its failure, and mend that.';
const unused =
  'The provider lets the auth rest only so long, and nothing renews it. Use it, or ask the person to connect again.';
const atEnd = 'The token ends then and renewing does not help. Ask the person to connect again before.';

const onEnd: Readonly<Record<Exclude<Clock, 'demo'>, string>> = {
  consent:
    'The provider lets a consent live only so long, however often it is renewed. Ask the person to connect again before.',
  idle: unused,
  absolute: atEnd,
  announced: atEnd,
  learned:
    'Other auths of this service have ended at this age, and nobody knows why. Ask the person to connect again before.',
};

/** What to do about an end that is predicted. */
export const adviceOnEnd = (
  { reason, moves }: NonNullable<Auth['prediction']>,
  umbrella: Umbrella | undefined,
): Help => {
  if (reason === 'demo') return adviceOnRisk(umbrella);
  const link = reason === 'learned' ? adviceOnRisk(umbrella).link : null;
  return { advice: moves ? atRest : onEnd[reason], link };
};
