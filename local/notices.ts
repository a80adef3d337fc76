import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Clock, Notices } from '#shared/ports.ts';

const Kept = z.looseObject({ at: z.string(), to: z.string() });
type Kept = z.infer<typeof Kept>;

/** Notices that are kept and go nowhere: there is no SNS and no other bus on this machine. */
export interface LocalNotices extends Notices {
  /** All that would have been sent, the oldest first. */
  readonly kept: () => readonly Kept[];
}

const lines = (path: string): readonly Kept[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line) => {
          // A kill may have cut the last line off; its delivery is tried again.
          const kept = Kept.safeParse(line.endsWith('}') ? JSON.parse(line) : undefined);
          return kept.success ? [kept.data] : [];
        })
    : [];

/** Keeps in a file what would be sent on AWS, one JSON document a line. `GET /_local/notices` shows it. */
export const localNotices = (path: string, clock: Clock): LocalNotices => {
  const keep = (to: string, what: object): Promise<void> => {
    const at = new Date(clock.now()).toISOString();
    appendFileSync(path, `${JSON.stringify({ at, to, ...what })}\n`, { mode: 0o600 });
    return Promise.resolve();
  };
  return {
    by: 'local',
    prefix: 'latchkey-alerts-',
    kept: () => lines(path),
    publish: (topicArn, notice) => keep(topicArn, notice),
    putEvent: (busArn, event) => keep(busArn, { event }),
    openMail: async (subscriptionId, address) => {
      const topicArn = `arn:aws:sns:local:000000000000:latchkey-mail-${subscriptionId}`;
      await keep(topicArn, { subscribes: address });
      return topicArn;
    },
    // Nobody is asked, as no mail goes out.
    mailConfirmed: () => Promise.resolve(true),
    closeMail: () => Promise.resolve(),
  };
};
