import * as z from 'zod';
import { deps } from '../deps.ts';
import { LatchkeyEvent, type EventKind } from '../events.ts';
import { log } from '../log.ts';
import type { Deps } from '../ports.ts';

/** What we read of a batch of SQS messages, each an event that EventBridge has put there. */
const Batch = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });
const Message = z.object({ detail: LatchkeyEvent });

interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

type Run = (deps: Deps, event: LatchkeyEvent) => Promise<void>;

/** The Lambda function of a reaction: each message apart, so that one that fails comes again alone (partial batch answer). */
export const reaction =
  (name: string, run: Run) =>
  async (batch: unknown): Promise<BatchAnswer> => {
    const failures: { itemIdentifier: string }[] = [];
    for (const { messageId, body } of Batch.parse(batch).Records) {
      try {
        await run(deps(), Message.parse(JSON.parse(body)).detail);
      } catch (error) {
        log.error('The reaction failed.', { reaction: name, messageId }, error);
        failures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures: failures };
  };

/** A reaction to one kind of event, its data parsed. */
export const reactionTo = <T extends z.ZodType>(
  name: string,
  kind: EventKind<T>,
  run: (deps: Deps, about: { organizationId: string; data: z.output<T> }) => Promise<void>,
) =>
  reaction(name, (ports, { organizationId, data }) =>
    run(ports, { organizationId, data: kind.data.parse(data) }),
  );
