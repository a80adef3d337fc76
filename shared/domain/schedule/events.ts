import * as z from 'zod';
import { eventKind } from '../../events.ts';

const Place = z.strictObject({ collection: z.string(), partition: z.string(), sort: z.string() });

export const OutboxDue = eventKind('outbox.due', {
  summary: 'The writers of these items died before they told what they had written.',
  audience: 'work',
  version: 1,
  data: z.strictObject({ items: z.array(Place).min(1).max(100) }),
  example: {
    items: [
      {
        collection: 'umbrella',
        partition: 'ORG#org_01hvx3s9k2m4n6p8q0r2s4t6v8',
        sort: 'UMB#umb_01hvx3s9k2m4n6p8q0r2s4t6v8',
      },
    ],
  },
});

export const scheduleEvents = [OutboxDue];
