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
] as const;

export type Permission = (typeof permissions)[number];

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

/** The table of roles (R56): viewers read, contributors own services, auths and sessions, admins manage the rest. */
const granted: Readonly<Record<Role, readonly Permission[]>> = {
  viewer,
  contributor,
  admin: permissions.filter((permission) => permission !== 'organization:write'),
  owner: permissions,
};

/** Whether a role holds a permission. */
export const may = (role: Role, permission: Permission): boolean => granted[role].includes(permission);
