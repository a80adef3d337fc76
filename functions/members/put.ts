import { showMember } from '#shared/domain/members/member.ts';
import { putMember as run } from '#shared/domain/members/put.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { put } from './routes.ts';

/** Gives a person a role in the organization. */
export const putMember = endpoint(put, async ({ deps, actor, path, body, ifMatch }) =>
  showMember(await run(deps, { by: actor, ...path, ...body, ifMatch })),
);
