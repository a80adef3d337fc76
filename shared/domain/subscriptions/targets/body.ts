import type { LatchkeyEvent } from '../../../events.ts';

/** What a subscriber is sent: the event's type, its time and its data (Standard Webhooks, "Payload structure"). */
export const bodyOf = (event: LatchkeyEvent): string =>
  JSON.stringify({
    type: event.type,
    timestamp: event.time,
    data: { eventId: event.id, version: event.version, organizationId: event.organizationId, ...event.data },
  });
