import { parseCurl as run } from '#shared/domain/http-requests/curl/parse-curl.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { parseCurl as parse } from './routes.ts';

/** Makes the document of a curl command. */
export const parseCurl = endpoint(parse, ({ body }) => Promise.resolve(run(body)));
