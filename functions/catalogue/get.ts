import { getCatalogueEntry as run } from '#shared/domain/catalogue/get.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads a ready definition. */
export const getCatalogueEntry = endpoint(get, async ({ path }) => Promise.resolve(run(path.name)));
