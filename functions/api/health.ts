import { openEndpoint } from '#shared/entry/endpoint.ts';
import { health } from './routes.ts';

/** Answers while the API does. */
export const getHealth = openEndpoint(health, () => Promise.resolve({ status: 'ok' as const }));
