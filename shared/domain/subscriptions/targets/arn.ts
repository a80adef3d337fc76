import type { ErrorDetail } from '../../../errors.ts';
import type { Deps } from '../../../ports.ts';

/** A topic's ARN: partition, region, account and name, and nothing behind the name (AWS, "Amazon SNS ARNs"). */
export const topicArn = /^arn:aws(-[a-z]+)*:sns:[a-z]{2}(-[a-z]+)+-\d:\d{12}:[A-Za-z0-9_-]{1,256}$/;

/** A bus's ARN (AWS, "Amazon EventBridge ARNs"). */
export const busArn =
  /^arn:aws(-[a-z]+)*:events:[a-z]{2}(-[a-z]+)+-\d:\d{12}:event-bus\/[A-Za-z0-9._-]{1,256}$/;

/** Any other name could be anything of the account, such as the topic of its alarms. */
export const checkName = (
  { notices }: Pick<Deps, 'notices'>,
  { arn, path }: { readonly arn: string; readonly path: string },
): readonly ErrorDetail[] =>
  (arn.split(/[:/]/).at(-1) ?? '').startsWith(notices.prefix)
    ? []
    : [{ path, message: `Expected a name that begins with ${notices.prefix}: others cannot be reached.` }];
