import * as z from 'zod';
import { Email, email } from './email.ts';
import { EventBridge, eventbridge } from './eventbridge.ts';
import { Sns, sns } from './sns.ts';
import type { Bound } from './target.ts';
import { Webhook, webhook } from './webhook.ts';

/** Where a subscriber is told. A new type is one file beside this one, and one entry here and in the list below. */
export const Target = z.discriminatedUnion('type', [Webhook, Sns, EventBridge, Email]);
export type Target = z.infer<typeof Target>;

const kinds = [webhook, sns, eventbridge, email];

/** What can be done with a target. */
export const bound = (target: Target): Bound => {
  for (const kind of kinds) {
    const found = kind.take(target);
    if (found) return found;
  }
  throw new Error(`The list of targets has none of type ${target.type}.`);
};

/** Whether two targets are one place. Both come from the schema, which puts their fields into one order. */
export const isSameTarget = (one: Target, other: Target): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
