import * as z from 'zod';
import { checkName, topicArn } from './arn.ts';
import { bodyOf } from './body.ts';
import { subjectOf } from './letter.ts';
import { noticed, targetKind } from './target.ts';

export const Sns = z.strictObject({
  type: z.literal('sns'),
  topicArn: z
    .string()
    .max(400)
    .regex(topicArn, 'Expected the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:123456789012:name.'),
});

/** A topic of the account, or of another that lets this one publish. It is told the JSON document that webhooks get. */
export const sns = targetKind(Sns, ({ topicArn: arn }) => ({
  describe: `SNS topic ${arn}`,
  check: (deps) => checkName(deps, { arn, path: 'body.target.topicArn' }),
  send: (deps, { event }) =>
    noticed(deps, () =>
      deps.notices.publish(arn, {
        subject: subjectOf(event),
        message: bodyOf(event),
        attributes: { type: event.type, eventId: event.id, organizationId: event.organizationId },
      }),
    ),
}));
