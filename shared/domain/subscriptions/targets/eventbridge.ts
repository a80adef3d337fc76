import * as z from 'zod';
import { busArn, checkName } from './arn.ts';
import { noticed, targetKind } from './target.ts';

export const EventBridge = z.strictObject({
  type: z.literal('eventbridge'),
  busArn: z
    .string()
    .max(400)
    .regex(
      busArn,
      'Expected the ARN of an event bus, such as arn:aws:events:eu-west-1:123456789012:event-bus/name.',
    ),
});

/** Another bus, of this account or of one that lets this one in. It is told the event as it is on the product's own bus. */
export const eventbridge = targetKind(EventBridge, ({ busArn: arn }) => ({
  describe: `event bus ${arn}`,
  check: (deps) => checkName(deps, { arn, path: 'body.target.busArn' }),
  send: (deps, { event }) => noticed(deps, () => deps.notices.putEvent(arn, event)),
}));
