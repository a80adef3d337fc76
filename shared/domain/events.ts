import { patternTakes, type EventKind } from '../events.ts';
import { authEvents } from './auths/events.ts';
import { connectEvents } from './connect/events.ts';
import { memberEvents } from './members/events.ts';
import { organizationEvents } from './organization/events.ts';
import { endUserEvents } from './end-users/events.ts';
import { scheduleEvents } from './schedule/events.ts';
import { serviceEvents } from './services/events.ts';
import { subscriptionEvents } from './subscriptions/events.ts';
import { summaryEvents } from './summary/events.ts';
import { umbrellaEvents } from './umbrellas/events.ts';
import { workspaceEvents } from './workspaces/events.ts';

/** Every kind of event that the product publishes. */
export const eventKinds: readonly EventKind[] = [
  ...authEvents,
  ...serviceEvents,
  ...umbrellaEvents,
  ...subscriptionEvents,
  ...connectEvents,
  ...endUserEvents,
  ...scheduleEvents,
  ...summaryEvents,
  ...workspaceEvents,
  ...memberEvents,
  ...organizationEvents,
];

const news = new Set(eventKinds.filter(({ audience }) => audience === 'news').map(({ type }) => type));

/** Whether subscribers hear of events of this type. */
export const isNews = (type: string): boolean => news.has(type);

/** Whether a pattern such as `auth.expiring` or `auth.*` names events that subscribers hear of. */
export const namesNews = (pattern: string): boolean => [...news].some((type) => patternTakes(pattern, type));
