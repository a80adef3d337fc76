import { EgressRefused, HttpFailure, type Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { ProviderAnswer, Refusal, Values } from '../../protocols/protocol.ts';
import { callTimeout, converseInTurn } from '../converse.ts';
import type { ServiceInUse } from '../services/current.ts';
import type { Tries } from '../services/next-secret.ts';
import { rollOver } from '../services/roll-over.ts';
import type { Auth } from './auth.ts';
import { keepSurely, type Credential } from './credential.ts';

/** A provider that takes longer than this to refuse a client secret is not asked with the next one: somebody waits. */
const patience = 20_000;

interface ObtainInput {
  readonly auth: Pick<Auth, 'organizationId' | 'workspaceId' | 'id'>;
  readonly service: ServiceInUse;
  readonly tries: Tries;
  readonly fields: Values;
  /** The version under which the answer is kept. */
  readonly version: string;
  /** What else an answer must fulfil, such as an ID token's nonce. */
  readonly vet?: (answer: ProviderAnswer) => Promise<Refusal | undefined>;
}

/** What came of asking a provider for a credential. `kept`: the vault holds the version, good or not. */
export type Obtained =
  | { readonly kind: 'obtained'; readonly credential: Credential }
  | { readonly kind: 'refused'; readonly code: string; readonly transient: boolean; readonly kept: boolean }
  | { readonly kind: 'interrupted' };

const refused = ({ kind, code }: Refusal, kept: boolean): Obtained => ({
  kind: 'refused',
  code,
  transient: kind === 'transient',
  kept,
});

/** Asks a provider for a credential; a good answer is kept whole before it is judged, so that a crash in between loses nothing. */
export const obtainCredential = async (deps: Deps, input: ObtainInput): Promise<Obtained> => {
  const { auth, service, tries, fields, version, vet } = input;
  const { judge, refusesSecret } = protocolOf(service.definition.auth);
  try {
    const until = deps.clock.now() + patience + callTimeout;
    const heard = await converseInTurn(deps, tries, { refusesSecret, until });
    if (heard.kind !== 'heard') return refused(heard, false);
    const { answer, metadata, byNext } = heard;
    const grant = {
      from: 'answer' as const,
      answer,
      receivedAt: deps.clock.now(),
      metadata: { ...metadata },
    };
    const credential: Credential = { fields: { ...fields }, grant };
    const good = answer.status >= 200 && answer.status < 300;
    // Vetted before it is kept: whoever finds it kept takes it as this person's own.
    const objection = good && vet ? await vet(answer) : undefined;
    if (good && !objection) await keepSurely(deps, auth, { version, credential });
    const verdict = judge(answer);
    if (verdict.kind !== 'granted') return refused(verdict, good && !objection);
    // What was granted is not lost by secrets that cannot change places yet.
    if (byNext) await rollOver(deps, service).catch(() => undefined);
    return objection ? refused(objection, false) : { kind: 'obtained', credential };
  } catch (error) {
    if (error instanceof HttpFailure || error instanceof EgressRefused) return { kind: 'interrupted' };
    throw error;
  }
};
