import * as z from 'zod';
import { NoticeFailure } from '../../../ports.ts';
import { letterOf } from './letter.ts';
import { noticed, targetKind, type Outcome } from './target.ts';

export const Email = z.strictObject({ type: z.literal('email'), address: z.email().max(254) });

const unconfirmed: Outcome = { ok: false, error: 'awaiting_confirmation' };

/** A person's mailbox, over a topic of its own. What SNS takes for nobody is not sent: it would be lost. */
export const email = targetKind(Email, ({ address }) => ({
  describe: `e-mail to ${address}`,
  check: () => [],
  send: async (deps, { subscription, event }) => {
    const { mailTopic } = subscription;
    if (mailTopic === undefined) return { ok: false, error: 'mail_topic_missing' };
    try {
      if (!(await deps.notices.mailConfirmed(mailTopic))) return unconfirmed;
    } catch (error) {
      if (error instanceof NoticeFailure) return { ok: false, error: error.reason };
      throw error;
    }
    return noticed(deps, () =>
      deps.notices.publish(mailTopic, { ...letterOf(event, deps.settings.publicUrl), attributes: {} }),
    );
  },
}));
