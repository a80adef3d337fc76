import { busy } from '../busy.ts';
import { describedIn } from '../described.ts';
import { fitsHeader } from '../header-value.ts';
import { endOf, lifetimeSeconds } from '../lifetime.ts';
import type { FailureRow } from '../failure-row.ts';
import type { ProviderAnswer, Refusal, Values, Verdict } from '../protocol.ts';
import type { Located, LoginDefinition } from './definition.ts';
import { content, located, locatedText } from './locate.ts';

/** An answer that is none of those expected, or holds not what it should. */
export const unreadable = (answer: ProviderAnswer): Refusal => ({
  kind: 'transient',
  code: 'unreadable_answer',
  description: describedIn(content(answer)),
  retryAfter: answer.retryAfter,
});

/** The statuses that say that what the person gave is wrong. */
export const refusedLogins: readonly FailureRow<number>[] = [
  {
    says: 400,
    kind: 'terminal',
    because: 'RFC 9110 §15.5.1: what was sent cannot be used, and it is fields alone.',
  },
  { says: 401, kind: 'terminal', because: 'RFC 9110 §15.5.2: name or password is wrong.' },
  { says: 403, kind: 'terminal', because: 'RFC 9110 §15.5.4: the account may not come in.' },
  { says: 422, kind: 'terminal', because: 'RFC 9110 §15.5.21: a field is not as it should be.' },
];

/** Why an answer's status ends or delays a login; undefined when it is one that the step expects. */
export const statusRefusal = (
  answer: ProviderAnswer,
  { expect }: Pick<LoginDefinition['steps'][number], 'expect'>,
): Refusal | undefined => {
  const { status, retryAfter } = answer;
  if (expect.includes(status)) return undefined;
  const description = describedIn(content(answer));
  const refused = refusedLogins.find(({ says }) => says === status);
  if (refused) return { kind: refused.kind, code: 'login_refused', description };
  if (busy(status)) return { kind: 'transient', code: `http_${String(status)}`, description, retryAfter };
  return unreadable(answer);
};

const metadataOf = (answer: ProviderAnswer, metadata: LoginDefinition['tokenResponse']['metadata']): Values =>
  Object.fromEntries(
    Object.entries(metadata).flatMap(([name, place]) => {
      if (typeof place === 'object' && 'kept' in place) return [];
      const value = locatedText(answer, place);
      return value === undefined || value.length > longestMetadata
        ? []
        : [[`metadata.${name}`, value] as const];
    }),
  );

/** Longer values are no names of accounts and places, and would be carried with every call. */
const longestMetadata = 2000;

const tokenOf = (answer: ProviderAnswer, place: Located): string | undefined => {
  const token = locatedText(answer, place);
  return token !== undefined && fitsHeader(token) ? token : undefined;
};

/** Judges the answer to the last step. Pure: the same answer always means the same. */
export const judgeLogin = (
  answer: ProviderAnswer,
  { steps, tokenResponse, refresh }: LoginDefinition,
): Verdict => {
  const last = steps.at(-1);
  const refusal = last && statusRefusal(answer, last);
  if (refusal) return refusal;
  const token = tokenOf(answer, tokenResponse.accessToken);
  if (token === undefined) return unreadable(answer);
  const { expiresIn, expiresAt, lifetimeUnit, metadata } = tokenResponse;
  return {
    kind: 'granted',
    granted: {
      values: { ...metadataOf(answer, metadata), access_token: token },
      lifetimeSeconds:
        lifetimeSeconds(located(answer, expiresIn), lifetimeUnit) ?? refresh.defaultLifetimeSeconds,
      expiresAt: expiresAt === undefined ? undefined : endOf(located(answer, expiresAt)),
    },
  };
};
