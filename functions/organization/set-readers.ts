import {
  setCredentialReaders as run,
  showCredentialReaders,
} from '#shared/domain/organization/credential-readers.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { setReaders } from './routes.ts';

/** Says which roles may be handed access tokens. */
export const setCredentialReaders = endpoint(setReaders, async ({ deps, actor, body, ifMatch }) =>
  showCredentialReaders(await run(deps, { actor, ...body, ifMatch })),
);
