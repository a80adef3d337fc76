import type { Conversation, Ground } from '../../protocols/protocol.ts';

/** A conversation, and the same with the next client secret where the service has one (ADR 0022). */
export interface Tries {
  readonly conversation: Conversation;
  /** Undefined where it cannot be made. */
  readonly withNext?: (() => Promise<Conversation | undefined>) | undefined;
}

/** The next client secret in the place of the present one; undefined where none is set. */
export const groundWithNext = (ground: Ground): Ground | undefined => {
  const { nextClientSecret } = ground.secrets;
  return nextClientSecret && { ...ground, secrets: { ...ground.secrets, clientSecret: nextClientSecret } };
};

/** Builds a conversation with the present client secret, and says how it is built with the next one. */
export const triesOf = async (
  ground: Ground,
  build: (ground: Ground) => Promise<Conversation>,
): Promise<Tries> => {
  const next = groundWithNext(ground);
  return { conversation: await build(ground), withNext: next && (() => build(next)) };
};
