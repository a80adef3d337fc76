import { SummaryView } from '#shared/domain/summary/summary.ts';
import { route } from '#shared/entry/route.ts';

export const getHealth = route({
  name: 'getHealthSummary',
  method: 'GET',
  path: '/v1/health-summary',
  summary:
    'Counts the auths that the key may see: by state, cause, service and umbrella application, and how many are predicted to end on each of the next 60 days (UTC).',
  needs: 'summary:read',
  response: SummaryView,
});
