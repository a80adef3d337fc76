import { AppError } from '../../errors.ts';
import { HttpFailure, type Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { Ground, Refusal, ToldRefusal } from '../../protocols/protocol.ts';
import { scrubbed } from '../../protocols/scrubbed.ts';
import { isUnusable } from '../../protocols/unusable.ts';
import type { Secret } from '../../secret.ts';
import { callTimeout, converseInTurn, type Heard } from '../converse.ts';
import { admit, type Admission, type Standing } from '../breaker/admit.ts';
import type { ServiceInUse } from '../services/current.ts';
import { triesOf, type Tries } from '../services/next-secret.ts';
import { rollOver } from '../services/roll-over.ts';
import { newVersion } from '../vault-version.ts';
import type { Attempt, Auth } from './auth.ts';
import { holdInEscrow } from './escrow.ts';
import { kindOfFailure, mayBeSpent } from './outcomes.ts';
import {
  fieldsOf,
  groundOf,
  groundOfFields,
  keepSurely,
  lineageOf,
  loadCredential,
  metadataOf,
  openCredential,
  type Credential,
  type OpenCredential,
} from './credential.ts';

/** Longer than the call and what is done with its answer, so that a lease ends only when its holder is gone. */
const leaseMilliseconds = callTimeout + 30_000;
const commitMilliseconds = 10_000;

/** What came of a try to renew. */
export type Outcome =
  | { readonly kind: 'renewed'; readonly credential: Credential }
  /** The provider may have spent the refresh token without our hearing of it. */
  | (Omit<ToldRefusal, 'kind'> & {
      readonly kind: 'unknown';
      /** The answer came and the vault did not take it: it lies in escrow, or in the vault after all. */
      readonly heard?: boolean;
    })
  | { readonly kind: 'nothing_to_renew_with' }
  | ToldRefusal
  /** The breaker of the token endpoint is open: nothing was sent. */
  | ({ readonly kind: 'paused' } & NonNullable<Admission['paused']>);

/** The same; `standing` of the token endpoint where it has failed. */
export type Judged = Outcome & { readonly standing?: Standing | undefined };

/** A lease and the intent to spend the refresh token, to be written in one (design, section 8). */
export const newAttempt = (deps: Deps, auth: Auth): Attempt => ({
  id: newVersion(deps.random),
  until: deps.clock.now() + leaseMilliseconds,
  spends: auth.credential.lineage ?? '',
  again: auth.attempt !== undefined,
});

/** A refresh token about to be spent under a lease. */
export interface Spend {
  readonly auth: Auth;
  readonly service: ServiceInUse;
  readonly attempt: Attempt;
  /** Whether the provider is called even where its breaker is open. */
  readonly insist: boolean;
}

/** What is about to be sent: a refresh token spent, or, where there is none to spend, a credential asked for anew. */
interface Prepared extends Tries {
  readonly opened: OpenCredential;
  readonly spends: Secret | undefined;
  /** What must not come back in the provider's words. */
  readonly known: readonly string[];
}

const knownTo = ({ values, secrets }: Ground, spends?: Secret): readonly string[] => [
  ...Object.values(values),
  ...Object.values(secrets).map((value) => value.reveal()),
  ...(spends ? [spends.reveal()] : []),
];

/** What is left of a credential whose answer an edit has made unreadable: enough to ask anew. */
const unread = (held: Credential, service: ServiceInUse): OpenCredential => ({
  values: {},
  fields: fieldsOf(held, service),
  refreshToken: undefined,
  accessExpiresAt: undefined,
  refreshExpiresAt: undefined,
  scopes: undefined,
});

const prepare = async (deps: Deps, { auth, service }: Spend): Promise<Prepared | undefined> => {
  const { issue, renew } = protocolOf(service.definition.auth);
  const held = await loadCredential(deps, auth, auth.credential.version);
  // The auth points to it, so it was kept: a vault that does not find it may do so later.
  if (!held) throw new Error('The vault does not find the credential of an auth.');
  const opened = openCredential(held, service);
  const ground = opened
    ? groundOf(deps, { service, values: opened.values, secrets: await service.secrets(deps) })
    : await groundOfFields(deps, service, fieldsOf(held, service));
  if (issue) {
    const tries = await triesOf(ground, issue);
    return {
      ...tries,
      opened: opened ?? unread(held, service),
      spends: undefined,
      known: knownTo(ground),
    };
  }
  if (!opened) return undefined;
  const { refreshToken } = opened;
  if (!renew || !refreshToken) return undefined;
  const tries = await triesOf(ground, (as) => renew(as, refreshToken));
  return { ...tries, opened, spends: refreshToken, known: knownTo(ground, refreshToken) };
};

/** A shorter value is no secret that its standing in a code would give away: a field may well hold "invalid". */
const leastTelling = 8;

/** A code in which a provider repeats what it was sent is not repeated, as one of another form is not. */
const codeOf = (code: string, { known }: Prepared): string =>
  known.some((value) => value.length >= leastTelling && code.includes(value)) ? 'unreadable_answer' : code;

const toldOf = ({ description, code, ...refusal }: Refusal, prepared: Prepared): ToldRefusal => ({
  ...refusal,
  code: codeOf(code, prepared),
  description: scrubbed(description, prepared.known),
});

const send = async (
  deps: Deps,
  { attempt, service }: Spend,
  prepared: Prepared,
): Promise<Heard | Outcome> => {
  try {
    const { refusesSecret } = protocolOf(service.definition.auth);
    // The lease and its intent cover both calls: who was refused for its secret has spent nothing.
    const until = attempt.until - commitMilliseconds;
    const heard = await converseInTurn(deps, prepared, { refusesSecret, until });
    return heard.kind === 'heard' ? heard : toldOf(heard, prepared);
  } catch (error) {
    if (!(error instanceof HttpFailure)) return { kind: 'transient', code: notSent };
    // Where nothing is spent, asking again loses nothing, whatever became of the first call.
    return { kind: kindOfFailure(error, prepared.spends !== undefined), code: error.reason };
  }
};

/** The provider has answered well, and it was not kept. */
const notKept = 'answer_not_kept';
/** The address is one that must not be called from here. */
const notSent = 'request_refused';

/** Keeps a good answer first and judges it after. What could not be kept is an outcome that nobody knows. */
const keepAndJudge = async (
  deps: Deps,
  { auth, attempt, service }: Spend,
  { heard, prepared }: { heard: Heard; prepared: Prepared },
): Promise<Outcome> => {
  const { opened, spends } = prepared;
  const { answer } = heard;
  const credential: Credential = {
    fields: opened.fields,
    grant: {
      from: 'answer',
      answer,
      receivedAt: deps.clock.now(),
      carried: spends?.reveal(),
      carriedUntil: opened.refreshExpiresAt,
      metadata: { ...metadataOf(opened.values), ...heard.metadata },
    },
  };
  const good = answer.status >= 200 && answer.status < 300;
  try {
    if (good) await keepSurely(deps, auth, { version: attempt.id, credential });
  } catch {
    if (!spends) return { kind: 'transient', code: notKept };
    await holdInEscrow(deps, { auth, attempt, credential });
    return { kind: 'unknown', code: notKept, heard: true };
  }
  const verdict = protocolOf(service.definition.auth).judge(answer);
  if (verdict.kind === 'granted') return { kind: 'renewed', credential };
  const told = toldOf(verdict, prepared);
  return told.kind === 'transient' && spends && mayBeSpent(answer.status)
    ? { ...told, kind: 'unknown' }
    : told;
};

/**
 * Tells the breaker what came of a call. A failure counts that was no fault of this auth's, so that the next one is likely to fail
 * too: the token endpoint's, or the application's. What was never sent says nothing.
 */
const report = async ({ answered, failed }: Admission, outcome: Outcome): Promise<Standing | undefined> => {
  if (outcome.kind !== 'unknown' && outcome.kind !== 'transient' && outcome.kind !== 'client')
    return answered();
  if (outcome.code === notSent) return undefined;
  return outcome.code === notKept ? answered() : failed(outcome);
};

/** Makes the call if the breaker of the token endpoint lets it, and tells the breaker what came of it. */
const throughBreaker = async (deps: Deps, spend: Spend, prepared: Prepared): Promise<Judged> => {
  const { host } = new URL(prepared.conversation.request.url);
  const admission = await admit(deps, spend.service, host);
  if (admission.paused && !spend.insist) return { kind: 'paused', ...admission.paused };
  // The last thing before sending: whatever was awaited until now may have taken the lease's time.
  if (deps.clock.now() + callTimeout + commitMilliseconds > spend.attempt.until)
    return { kind: 'transient', code: 'too_slow' };
  const heard = await send(deps, spend, prepared);
  const outcome = heard.kind === 'heard' ? await keepAndJudge(deps, spend, { heard, prepared }) : heard;
  // A breaker that cannot be written must not cost a token that is in hand.
  const standing = await report(admission, outcome).catch(() => undefined);
  // As little must it cost a token that the secrets cannot change places: the next renewal does that.
  if (outcome.kind === 'renewed' && heard.kind === 'heard' && heard.byNext)
    await rollOver(deps, spend.service).catch(() => undefined);
  return { ...outcome, standing };
};

/**
 * Renews under a lease: one conversation with the provider, its good answer kept whole, then judged. Moves no pointer.
 * It spends the refresh token, or asks anew where the type can (client credentials, password, login).
 */
export const renewUnderLease = async (deps: Deps, spend: Spend): Promise<Judged> => {
  const { attempt } = spend;
  let prepared: Prepared | undefined;
  try {
    prepared = await prepare(deps, spend);
  } catch (error) {
    return { kind: 'transient', code: isUnusable(error) ? 'unusable_request' : 'credential_unreadable' };
  }
  if (!prepared || (lineageOf(prepared.spends) ?? '') !== attempt.spends)
    return { kind: 'nothing_to_renew_with' };
  return throughBreaker(deps, spend, prepared);
};

/** What a call answers when its auth cannot be renewed now and its token is over. */
export const renewalFailed = (code: string): AppError =>
  new AppError(
    502,
    'refresh_failed',
    `The provider did not renew the token (${code}). Latchkey goes on trying; repeat the call later.`,
  );
