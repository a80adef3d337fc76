import type * as z from 'zod';
import type { ErrorDetail } from '../../../errors.ts';
import type { LatchkeyEvent } from '../../../events.ts';
import { NoticeFailure, type Deps } from '../../../ports.ts';
import type { Subscription } from '../subscription.ts';

/** What came of telling a subscriber. Only `ok` means that it was told. */
export interface Outcome {
  readonly ok: boolean;
  /** The status of an answer over HTTP. */
  readonly status?: number | undefined;
  /** Why there was no answer, as a code. */
  readonly error?: string | undefined;
  /** The subscriber asks to be left alone for so long. Milliseconds. */
  readonly restMilliseconds?: number | undefined;
  /** It was only kept on this machine. */
  readonly by?: 'local' | undefined;
}

interface SendInput {
  readonly subscription: Subscription;
  readonly event: LatchkeyEvent;
}

/** A target of one subscription: how it is checked, opened, told, closed and named. */
export interface Bound {
  /** What makes it useless, each by its field below `body.target`. */
  readonly check: (deps: Deps) => readonly ErrorDetail[];
  /** Tells it of an event. Answers also when that failed; rejects only for what is no fault of the target. */
  readonly send: (deps: Deps, input: SendInput) => Promise<Outcome>;
  /** What it is, for a person. */
  readonly describe: string;
}

/** A type of target, made from what its schema parses. */
export interface TargetKind {
  readonly take: (target: unknown) => Bound | undefined;
}

/** Defines a type of target: its schema and what can be done with one. */
export const targetKind = <S extends z.ZodType>(
  schema: S,
  bind: (target: z.output<S>) => Bound,
): TargetKind => ({
  take: (target) => {
    const parsed = schema.safeParse(target);
    return parsed.success ? bind(parsed.data) : undefined;
  },
});

/** What comes of a notice to a service of the account. */
export const noticed = async (
  { notices }: Pick<Deps, 'notices'>,
  tell: () => Promise<void>,
): Promise<Outcome> => {
  try {
    await tell();
  } catch (error) {
    if (error instanceof NoticeFailure) return { ok: false, error: error.reason };
    throw error;
  }
  return { ok: true, by: notices.by === 'local' ? 'local' : undefined };
};
