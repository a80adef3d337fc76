import { openEndpoint } from '#shared/entry/endpoint.ts';
import { openApiDocument } from '#shared/entry/openapi.ts';
import { routes } from '../routes.ts';
import { document } from './routes.ts';

/** This API as an OpenAPI document, made from the list of routes. */
export const getDocument = openEndpoint(document, ({ deps }) =>
  Promise.resolve(openApiDocument(routes, deps.settings.publicUrl)),
);
