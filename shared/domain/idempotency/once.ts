import { conflict, invalid } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { secret } from '../../secret.ts';
import type { Actor } from '../actor.ts';
import { digest, idempotencyLife, recordKey, records, type IdempotencyRecord } from './record.ts';

interface OnceInput {
  readonly actor: Actor;
  /** The caller's `Idempotency-Key`. */
  readonly key: string;
  /** What is asked: the same key with another request is a mistake of the caller. */
  readonly request: readonly (string | Uint8Array)[];
  /** Does the act; its answer as text. */
  readonly act: () => Promise<string>;
}

/** After this long a caller who has not answered is taken to be gone. */
const patience = 60_000;

const purpose = (record: IdempotencyRecord) =>
  `idempotency/${record.organizationId}/${record.actorId}/${record.hash}`;

/** The record of this call: `mine` to act on, or somebody's answer to repeat. */
const claim = async (
  deps: Deps,
  fresh: IdempotencyRecord,
): Promise<{ mine: boolean; record: IdempotencyRecord }> => {
  const made = await deps.store.insert(records, fresh);
  if (made) return { mine: true, record: made };
  const found = await deps.store.get(records, recordKey(fresh));
  const now = deps.clock.now();
  if (found && found.begunAt + idempotencyLife > now) {
    if (found.request !== fresh.request) {
      throw invalid(
        'idempotency_key_reused',
        'This Idempotency-Key was used for another request. Take a new one.',
      );
    }
    if (found.sealedAnswer !== undefined) return { mine: false, record: found };
    if (found.begunAt + patience > now)
      throw conflict('request_under_way', 'The same request is under way. Repeat it in a moment.');
  }
  const taken = found && (await deps.store.replace(records, { ...fresh, revision: found.revision }));
  if (!taken) throw conflict('request_under_way', 'The same request is under way. Repeat it in a moment.');
  return { mine: true, record: taken };
};

/** Does an act once for each key of a caller and answers the same again for a day. An act that failed may be repeated. */
export const once = async (deps: Deps, input: OnceInput): Promise<{ answer: string; repeated: boolean }> => {
  const { type, id, organizationId } = input.actor;
  // What people are called is the identity provider's choice: it must never be what another caller is called.
  const actorId = type === 'key' ? id : `${type}/${id}`;
  const { mine, record } = await claim(deps, {
    organizationId,
    actorId,
    hash: digest(input.key),
    request: digest(...input.request),
    begunAt: deps.clock.now(),
    revision: 0,
  });
  if (!mine)
    return {
      answer: (await deps.sealer.open(purpose(record), record.sealedAnswer ?? '')).reveal(),
      repeated: true,
    };
  try {
    const answer = await input.act();
    const sealedAnswer = await deps.sealer.seal(purpose(record), secret(answer));
    await deps.store.replace(records, { ...record, sealedAnswer });
    return { answer, repeated: false };
  } catch (error) {
    await deps.store.remove(records, record);
    throw error;
  }
};
