import { importService as run } from '#shared/domain/services/import.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { importDraft } from './routes.ts';

/** Drafts a service from a description of its API, or from its provider's metadata. */
export const importService = endpoint(importDraft, ({ deps, body }) => run(deps, body));
