import type { LatchkeyEvent } from '#shared/events.ts';
import type { Notice, Notices } from '#shared/ports.ts';
import { settled } from './settled.ts';

/** Something that was told, and to whom. */
interface Told {
  readonly to: string;
  readonly notice?: Notice;
  readonly event?: LatchkeyEvent;
}

interface MemoryNotices extends Notices {
  readonly told: readonly Told[];
  /** The topics made for mail, and what address each is for. */
  readonly mail: ReadonlyMap<string, string>;
  /** The recipient confirms, or unsubscribes. */
  readonly confirm: (topicArn: string, confirmed?: boolean) => void;
}

/** Notices that are kept in memory, for tests and simulation. */
export const memoryNotices = (): MemoryNotices => {
  const told: Told[] = [];
  const mail = new Map<string, string>();
  const confirmed = new Set<string>();
  return {
    by: 'aws',
    prefix: 'latchkey-alerts-',
    told,
    mail,
    confirm: (topicArn, yes = true) => {
      if (yes) confirmed.add(topicArn);
      else confirmed.delete(topicArn);
    },
    publish: (to, notice) => settled(() => void told.push({ to, notice })),
    putEvent: (to, event) => settled(() => void told.push({ to, event })),
    openMail: (subscriptionId, address) =>
      settled(() => {
        const topicArn = `arn:aws:sns:eu-west-1:123456789012:latchkey-mail-${subscriptionId}`;
        mail.set(topicArn, address);
        return topicArn;
      }),
    mailConfirmed: (topicArn) => settled(() => confirmed.has(topicArn)),
    closeMail: (topicArn) => settled(() => void mail.delete(topicArn)),
  };
};
