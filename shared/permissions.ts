/** What a caller may do. A route names the one that it needs. */
export const permissions = [
  'workspaces:read',
  'workspaces:write',
  'workspaces:delete',
  'personal_workspace:write',
  'organization:write',
  'organizations:write',
  'members:read',
  'members:write',
  'keys:read',
  'keys:write',
  'services:read',
  'services:write',
  'available_services:read',
  'legacy_services:read',
  'legacy_services:write',
  'auths:read',
  'auths:write',
  'auths:use',
  'connectors:read',
  'connectors:write',
  'solutions:read',
  'solutions:write',
  'transfers:write',
  'end_user_sessions:write',
  'end_users:read',
  'end_users:write',
  'own_auths:read',
  'own_auths:write',
  'summary:read',
  'umbrellas:read',
  'umbrellas:write',
  'subscriptions:read',
  'subscriptions:write',
  'history:read',
  'grants:read',
  'grants:write',
  'credentials:read',
] as const;

export type Permission = (typeof permissions)[number];

/** The permissions that no role holds until an admin of the organization grants them to it. */
const byGrant = ['credentials:read'] as const satisfies readonly Permission[];

/** The roles of people in a workspace, low to high. */
export const workspaceRoles = ['viewer', 'contributor', 'admin'] as const;
export type WorkspaceRole = (typeof workspaceRoles)[number];

/** The roles of people in an organization, low to high. Admins and owners count as admins in every workspace. */
export const organizationRoles = ['member', 'admin', 'owner'] as const;
export type OrganizationRole = (typeof organizationRoles)[number];

/** The roles that a server key can have. */
export const keyRoles = [...workspaceRoles, 'owner'] as const;
export type KeyRole = (typeof keyRoles)[number];

/** All that a caller can be: where it acts, a person is of that workspace, and outside any, of the organization. */
export const roles = ['end_user', 'member', ...keyRoles] as const;
export type Role = (typeof roles)[number];

/** What an organization grants: the roles that hold a permission besides what the table of roles says. */
export type Grants = Readonly<Partial<Record<(typeof byGrant)[number], readonly Role[]>>>;

/** The kinds of workspaces. */
export const workspaceKinds = ['organization', 'shared', 'personal', 'embedded'] as const;
type WorkspaceKind = (typeof workspaceKinds)[number];

/** An end user manages and uses the own auths, and nothing else (R27). Which are the own is asked where an auth is read. */
const endUser: readonly Permission[] = ['own_auths:read', 'own_auths:write', 'auths:use'];

/** A person of the organization outside any workspace. Whether an auth may be used is asked again in the workspace it is in. */
const member: readonly Permission[] = [
  'workspaces:read',
  'personal_workspace:write',
  'umbrellas:read',
  'auths:use',
];

const viewer: readonly Permission[] = [
  'workspaces:read',
  'members:read',
  'services:read',
  'available_services:read',
  'auths:read',
  'connectors:read',
  'solutions:read',
  'summary:read',
  'umbrellas:read',
];

const contributor: readonly Permission[] = [
  ...viewer,
  'services:write',
  'auths:write',
  'auths:use',
  'connectors:write',
  'solutions:write',
  'transfers:write',
  'end_user_sessions:write',
  'end_users:read',
];

const ofOwners: readonly Permission[] = ['organization:write', 'organizations:write'];

const owner = permissions.filter((permission) => !permission.startsWith('own_auths:'));

/**
 * The table of roles (R56): viewers read, contributors own services, auths and sessions, admins manage the rest. What is held by
 * a grant alone is not asked of it.
 */
const table: Readonly<Record<Role, readonly Permission[]>> = {
  end_user: endUser,
  member,
  viewer,
  contributor,
  admin: owner.filter((permission) => !ofOwners.includes(permission)),
  owner,
};

/** What in a workspace of a kind fewer roles may do than the table says: there the kind wins (R24). */
const narrower: Readonly<Partial<Record<WorkspaceKind, Partial<Record<Permission, readonly Role[]>>>>> = {
  // With a workspace go its services.
  embedded: { 'services:write': ['owner'], 'workspaces:delete': ['owner'] },
};

/** Whether a permission is one that is held by a grant alone. */
export const isByGrant = (permission: Permission): permission is keyof Grants =>
  byGrant.some((granted) => granted === permission);

/** Where a permission is asked for. */
export interface Place {
  /** The kind of the workspace; left out outside any. */
  readonly kind?: WorkspaceKind | undefined;
  readonly grants?: Grants | undefined;
}

/** Whether a role holds a permission there: by the table, or by what its organization grants. */
export const may = (role: Role, permission: Permission, { kind, grants = {} }: Place = {}): boolean => {
  if (isByGrant(permission)) return grants[permission]?.includes(role) ?? false;
  const only = kind && narrower[kind]?.[permission];
  return table[role].includes(permission) && (only?.includes(role) ?? true);
};
