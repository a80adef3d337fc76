import * as z from 'zod';
import { AuthId, OrganizationId, WorkspaceId } from '../../ids.ts';
import type { Collection, Deps, Key } from '../../ports.ts';
import { EndUserId, type Auth } from '../auths/auth.ts';
import { Instant } from '../inputs.ts';

/** As long as the trace of an auth that is gone, so that whoever is forgotten by then is forgotten there as well. */
const kept = 14 * 86_400_000;

const EndUserAuth = z.object({
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  endUserId: EndUserId,
  authId: AuthId,
  /** Since when the auth is gone. */
  goneAt: Instant.optional(),
  revision: z.int(),
});
type EndUserAuth = z.infer<typeof EndUserAuth>;

/** The auths of all end users of a workspace, by end user. */
export const endUsersOf = (organizationId: string, workspaceId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}#WS#${workspaceId}#END_USERS`,
});

/** Whose auths are meant: a platform's own id of a person, in a workspace. */
export interface EndUserRef {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly endUserId: string;
}

/** Those of one of them. No id of an end user holds the sign that ends it here. */
export const authsOfEndUser = ({ organizationId, workspaceId, endUserId }: EndUserRef) => ({
  ...endUsersOf(organizationId, workspaceId),
  prefix: `${endUserId}#`,
});

const linkKey = (ref: EndUserRef, authId: string): Key => ({
  partition: endUsersOf(ref.organizationId, ref.workspaceId).partition,
  sort: `${ref.endUserId}#${authId}`,
});

/** That an auth is an end user's. Written before the auth: what has none is of one that was never made. */
export const endUserAuths: Collection<EndUserAuth> = {
  name: 'end_user_auth',
  schema: EndUserAuth,
  place: (item) => ({
    key: linkKey(item, item.authId),
    expiresAt: item.goneAt === undefined ? undefined : item.goneAt + kept,
  }),
};

type Linked = Pick<Auth, 'organizationId' | 'workspaceId' | 'id' | 'endUserId'>;

/** Notes whose auth it is, if it is an end user's, before it is there. Again: nothing happens. */
export const linkAuth = async ({ store }: Deps, auth: Linked): Promise<void> => {
  const { organizationId, workspaceId, id: authId, endUserId } = auth;
  if (endUserId === undefined) return;
  await store.insert(endUserAuths, { organizationId, workspaceId, endUserId, authId, revision: 0 });
};

/** Notes that an end user's auth is gone, before it is. */
export const unlinkAuth = async ({ store, clock }: Deps, auth: Linked): Promise<void> => {
  const { organizationId, workspaceId, id: authId, endUserId } = auth;
  if (endUserId === undefined) return;
  const ref = { organizationId, workspaceId, endUserId };
  const gone = { ...ref, authId, goneAt: clock.now() };
  const link = await store.get(endUserAuths, linkKey(ref, authId));
  // An auth of before there were links leaves one too, for it leaves a trace.
  if (!link) await store.insert(endUserAuths, { ...gone, revision: 0 });
  else if (link.goneAt === undefined) await store.replace(endUserAuths, { ...link, ...gone });
};
