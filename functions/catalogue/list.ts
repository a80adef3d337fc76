import { listCatalogue as run } from '#shared/domain/catalogue/list.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { list } from './routes.ts';

/** Lists the ready definitions. */
export const listCatalogue = endpoint(list, ({ query }) => Promise.resolve(run(query)));
