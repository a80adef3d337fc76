import { getMember as run } from '#shared/domain/members/get.ts';
import { showMember } from '#shared/domain/members/member.ts';
import { endpoint } from '#shared/entry/endpoint.ts';
import { get } from './routes.ts';

/** Reads a person's role in the organization. */
export const getMember = endpoint(get, async ({ deps, actor, path }) =>
  showMember(await run(deps, { organizationId: actor.organizationId, ...path })),
);
