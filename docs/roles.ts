import { may, permissions, roles, workspaceKinds, type Permission, type Role } from '#shared/permissions.ts';
import { routes } from '#functions/routes.ts';

const nameOf: Readonly<Record<Role, string>> = {
  end_user: 'End user',
  member: 'Member',
  viewer: 'Viewer',
  contributor: 'Contributor',
  admin: 'Admin',
  owner: 'Owner',
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const mark = (role: Role, permission: Permission): string => (may(role, permission) ? 'yes' : '');

const matrix = table(
  ['Permission', ...roles.map((role) => nameOf[role])],
  permissions.map((permission) => [`\`${permission}\``, ...roles.map((role) => mark(role, permission))]),
);

/** Where a kind of workspace takes from a role what the table gives it. */
const narrowings = table(
  ['Workspace', 'Permission', 'Left with'],
  workspaceKinds.flatMap((kind) =>
    permissions.flatMap((permission) => {
      const left = roles.filter((role) => may(role, permission, { kind }));
      const all = roles.filter((role) => may(role, permission));
      if (left.length === all.length) return [];
      return [[kind, `\`${permission}\``, left.map((role) => nameOf[role]).join(', ')]];
    }),
  ),
);

const opens = table(
  ['Permission', 'Opens'],
  permissions.flatMap((permission) => {
    const opened = routes.filter(({ route }) => route.needs === permission);
    if (opened.length === 0) return [];
    const names = opened.map(({ route: { method, path } }) => `\`${method} ${path}\``);
    return [[`\`${permission}\``, names.join('<br>')]];
  }),
);

const introduction = `# Roles

This page is made from the code by \`npm run docs\`; a test compares the two. A second test calls every route as every kind of caller in
every kind of place, and holds the answers against a table written by hand (\`test/functions/matrix\`).

Viewers read. Contributors own services, auths and sessions. Admins manage members, keys, subscriptions and umbrellas. Owners decide on
the organization itself.

## Who has which role

| Caller | In a workspace | Outside any |
| --- | --- | --- |
| a person, member of the organization | the role of the membership there; in the own personal workspace admin; elsewhere the workspace does not exist (404) | Member |
| a person, admin or owner of the organization | the same, in every workspace | the same |
| a server key of the organization | the role of the key | the role of the key |
| a server key of one workspace | the role of the key there; elsewhere 404 | the role of the key, for what belongs to its workspace: other matters of the organization are 403 |
| an end user's session | nothing (403) | End user: the own auths alone |

A role that is changed counts within ten seconds everywhere. Only an owner makes and unmakes owners, and the last owner among the people
of an organization stays. What a person made goes on when the person is gone.`;

/** The text of docs/roles.md: what each role may do, and where it may not. */
export const rolesDocument = (): string =>
  `${[
    introduction,
    '## What each role may do',
    matrix,
    'A permission that nobody holds is granted to roles by an admin: `PUT /v1/organization/credential-readers`.',
    '## Where a workspace is narrower',
    narrowings,
    '## What each permission opens',
    opens,
  ].join('\n\n')}\n`;
