import { createKey } from '#shared/domain/keys/create.ts';
import { createEndUserSession } from '#shared/domain/end-users/create-session.ts';
import { firstKey } from '#shared/domain/deployment/found.ts';
import { putMembership } from '#shared/domain/members/put-in-workspace.ts';
import { putMember } from '#shared/domain/members/put.ts';
import { createOrganization } from '#shared/domain/organization/create.ts';
import { createWorkspaceAs } from '#shared/domain/workspaces/create-as.ts';
import { personalWorkspace } from '#shared/domain/workspaces/personal.ts';
import type { KeyRole, OrganizationRole, WorkspaceRole } from '#shared/permissions.ts';
import { world, type World } from '../../support/deps.ts';
import { signedToken, type Issuer, type SigningKey } from '../../support/issuer.ts';
import { claimsAt, withPeople } from '../../support/people.ts';
import { actor, sharedWorkspace } from '../../support/nouns.ts';
import type { Caller, Place } from './expected.ts';

/** How somebody comes in: with a server key, a person's token, or the session of an end user. */
type Entering = { readonly authorization: string } | undefined;

export interface Stage {
  readonly w: World;
  readonly workspaces: Readonly<Record<Exclude<Place, 'none'>, string>>;
  readonly callers: Readonly<Record<Caller, Entering>>;
}

const keyOf = async ({ deps, organizationId }: World, role: KeyRole, workspaceId?: string) => {
  const by = actor({ organizationId });
  const { text } = await createKey(deps, { by, input: { name: 'Key', role, workspaceId } });
  return { authorization: `Bearer ${text.reveal()}` };
};

/** Who vouches for people. */
export interface Voucher {
  readonly issuer: Issuer;
  readonly key: SigningKey;
}

const userOf = async (
  { deps, clock, organizationId, issuer, key }: World & Voucher,
  { role = 'member', there }: { role?: OrganizationRole; there?: readonly [string, WorkspaceRole] },
) => {
  const userId = `user-${role}-${there?.[1] ?? 'none'}`;
  await putMember(deps, { by: actor({ organizationId }), userId, role, ifMatch: undefined });
  if (there) {
    const [workspaceId, roleThere] = there;
    await putMembership(deps, { organizationId, workspaceId, userId, role: roleThere, ifMatch: undefined });
  }
  const token = await signedToken(key, claimsAt({ clock }, issuer, { sub: userId }));
  return { authorization: `Bearer ${token}` };
};

const sessionOf = async ({ deps, organizationId }: World, workspaceId: string) => {
  const input = { endUserId: 'customer-17', expiresInSeconds: 3600 };
  const { token } = await createEndUserSession(deps, { organizationId, workspaceId, input });
  return { authorization: `Bearer ${token.reveal()}` };
};

/** A deployment with two organizations, a workspace of each kind, and everybody who can call. */
export const stage = async (voucher: Voucher): Promise<Stage> => {
  const ports = await world();
  const w = { ...ports, ...voucher, deps: withPeople(ports, voucher.issuer) };
  const { deps, organizationId, workspaceId } = w;
  const by = actor(w);
  const other = await createOrganization(deps, { by, name: 'Other' });
  const own = (await sharedWorkspace(w)).id;
  const embedded = await createWorkspaceAs(deps, { by, name: 'Embedded', kind: 'embedded' });
  const workspaces = {
    'own workspace': own,
    'other workspace': (await sharedWorkspace(w, 'Elsewhere')).id,
    'organization workspace': workspaceId,
    'personal workspace of another': (await personalWorkspace(deps, { organizationId, userId: 'another' }))
      .id,
    'embedded workspace': embedded.id,
    'other organization': other.organization.organizationWorkspaceId,
  };
  const callers = {
    'no credential': undefined,
    'key: viewer': await keyOf(w, 'viewer'),
    'key: contributor': await keyOf(w, 'contributor'),
    'key: admin': await keyOf(w, 'admin'),
    'key: owner': { authorization: `Bearer ${(await firstKey(deps, organizationId)).reveal()}` },
    'key of a workspace: viewer': await keyOf(w, 'viewer', own),
    'key of a workspace: contributor': await keyOf(w, 'contributor', own),
    'key of a workspace: admin': await keyOf(w, 'admin', own),
    'user: no member of the workspace': await userOf(w, {}),
    'user: viewer': await userOf(w, { there: [own, 'viewer'] }),
    'user: contributor': await userOf(w, { there: [own, 'contributor'] }),
    'user: admin of the workspace': await userOf(w, { there: [own, 'admin'] }),
    'user: admin': await userOf(w, { role: 'admin' }),
    'user: owner': await userOf(w, { role: 'owner' }),
    'end user': await sessionOf(w, embedded.id),
  };
  return { w, workspaces, callers };
};
