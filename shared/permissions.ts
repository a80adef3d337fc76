/** What a caller may do. A route names the one that it needs. */
export const permissions = [
  'workspaces:read',
  'workspaces:write',
  'organization:write',
  'keys:read',
  'keys:write',
  'services:read',
  'services:write',
  'auths:read',
  'auths:write',
  'auths:use',
  'summary:read',
  'umbrellas:read',
  'umbrellas:write',
  'subscriptions:read',
  'subscriptions:write',
  'grants:read',
  'grants:write',
  'credentials:read',
] as const;

export type Permission = (typeof permissions)[number];

/** The permissions that no role holds until an admin of the organization grants them to it. */
const byGrant = ['credentials:read'] as const satisfies readonly Permission[];

/** What an organization grants: the roles that hold a permission besides what the table of roles says. */
export type Grants = Readonly<Partial<Record<(typeof byGrant)[number], readonly Role[]>>>;

export const roles = ['viewer', 'contributor', 'admin', 'owner'] as const;

export type Role = (typeof roles)[number];

const viewer: readonly Permission[] = [
  'workspaces:read',
  'services:read',
  'auths:read',
  'summary:read',
  'umbrellas:read',
];
const contributor: readonly Permission[] = [...viewer, 'services:write', 'auths:write', 'auths:use'];

/**
 * The table of roles (R56): viewers read, contributors own services, auths and sessions, admins manage the rest. What is held by
 * a grant alone is not asked of it.
 */
const table: Readonly<Record<Role, readonly Permission[]>> = {
  viewer,
  contributor,
  admin: permissions.filter((permission) => permission !== 'organization:write'),
  owner: permissions,
};

/** Whether a permission is one that is held by a grant alone. */
export const isByGrant = (permission: Permission): permission is keyof Grants =>
  byGrant.some((granted) => granted === permission);

/** Whether a role holds a permission: by the table, or by what its organization grants. */
export const may = (role: Role, permission: Permission, grants: Grants = {}): boolean =>
  isByGrant(permission) ? (grants[permission]?.includes(role) ?? false) : table[role].includes(permission);
