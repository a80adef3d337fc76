/**
 * What is expected of every route, written by hand: it is held against the code, so nothing here comes from `permissions.ts`.
 * A new route needs a row in `rows`, a new kind of caller one in `standing`.
 */

/** Where a route is called: which workspace stands in its path, or `none` when the path names no workspace. */
export const places = [
  'none',
  'own workspace',
  'other workspace',
  'organization workspace',
  'personal workspace of another',
  'embedded workspace',
  'other organization',
] as const;
export type Place = (typeof places)[number];

type Standing = 'end_user' | 'member' | 'viewer' | 'contributor' | 'admin' | 'owner' | 'nobody';

/** What a caller is at a place. `hidden`: the place does not exist for it. */
type Standings = Readonly<Record<Place, Standing | 'hidden'>>;

const throughout = (role: Standing): Standings => ({
  none: role,
  'own workspace': role,
  'other workspace': role,
  'organization workspace': role,
  'personal workspace of another': role,
  'embedded workspace': role,
  'other organization': 'hidden',
});

const only = (place: Place, role: Standing | 'hidden', none: Standing): Standings => ({
  none,
  'own workspace': 'hidden',
  'other workspace': 'hidden',
  'organization workspace': 'hidden',
  'personal workspace of another': 'hidden',
  'embedded workspace': 'hidden',
  'other organization': 'hidden',
  [place]: role,
});

const bound = (role: Standing) => only('own workspace', role, role);
const person = (role: Standing | 'hidden') => only('own workspace', role, 'member');

export const standing = {
  'no credential': throughout('nobody'),
  'key: viewer': throughout('viewer'),
  'key: contributor': throughout('contributor'),
  'key: admin': throughout('admin'),
  'key: owner': throughout('owner'),
  'key of a workspace: viewer': bound('viewer'),
  'key of a workspace: contributor': bound('contributor'),
  'key of a workspace: admin': bound('admin'),
  'user: no member of the workspace': person('hidden'),
  'user: viewer': person('viewer'),
  'user: contributor': person('contributor'),
  'user: admin of the workspace': person('admin'),
  'user: admin': throughout('admin'),
  'user: owner': throughout('owner'),
  'end user': only('embedded workspace', 'end_user', 'end_user'),
} as const satisfies Readonly<Record<string, Standings>>;
export type Caller = keyof typeof standing;

/** A route: who is let in, where the path names a workspace (`at`), the organization, or an auth; `open` asks nobody. */
interface Row {
  readonly at: 'workspace' | 'organization' | 'open';
  readonly who: readonly Standing[];
  /** Who is, in the embedded workspace, where that is narrower (R24). */
  readonly embedded?: readonly Standing[];
  /** Whether keys of one workspace may, where no workspace is in the path. */
  readonly boundKeys?: true;
  /** Whether it is for persons, not for keys. */
  readonly persons?: true;
}

const owners = ['owner'] as const;
const admins = ['admin', 'owner'] as const;
const contributors = ['contributor', 'admin', 'owner'] as const;
const viewers = ['viewer', 'contributor', 'admin', 'owner'] as const;
const everyone = ['member', 'viewer', 'contributor', 'admin', 'owner'] as const;

const inWorkspace = (who: readonly Standing[], embedded?: readonly Standing[]): Row => ({
  at: 'workspace',
  who,
  ...(embedded && { embedded }),
});
const services = inWorkspace(contributors, owners);
const organization = (who: readonly Standing[]): Row => ({ at: 'organization', who });
const seenByBoundKeys = (who: readonly Standing[]): Row => ({ at: 'organization', who, boundKeys: true });
const open: Row = { at: 'open', who: [] };

export const rows: Readonly<Record<string, Row>> = {
  getHealth: open,
  getApiDocument: open,
  openConnectPage: open,
  submitConnectPage: open,
  completeConnect: open,
  completeConnectInEnvironment: open,

  getOrganization: seenByBoundKeys(everyone),
  updateOrganization: organization(owners),
  getCredentialReaders: organization(admins),
  setCredentialReaders: organization(admins),
  createOrganization: organization(owners),
  listOrganizations: organization(owners),
  getOtherOrganization: organization(owners),
  createWorkspace: organization(admins),
  listWorkspaces: seenByBoundKeys(everyone),
  getWorkspace: inWorkspace(viewers),
  updateWorkspace: inWorkspace(admins),
  putPersonalWorkspace: { ...organization(['member', 'admin', 'owner']), persons: true },
  // R24: with the embedded workspace go its services, which only the owner deletes.
  deleteWorkspace: inWorkspace(admins, owners),
  listWorkspaceRemovals: organization(admins),
  getWorkspaceRemoval: organization(admins),
  deleteOrganization: organization(owners),
  getOrganizationRemoval: organization(owners),

  listHistory: organization(admins),
  exportHistory: organization(admins),
  listWorkspaceHistory: inWorkspace(admins),
  exportWorkspaceHistory: inWorkspace(admins),

  listMembers: organization(viewers),
  getMember: organization(viewers),
  putMember: organization(admins),
  deleteMember: organization(admins),
  listWorkspaceMembers: inWorkspace(viewers),
  getWorkspaceMember: inWorkspace(viewers),
  putWorkspaceMember: inWorkspace(admins),
  deleteWorkspaceMember: inWorkspace(admins),

  createKey: organization(admins),
  listKeys: organization(admins),
  getKey: organization(admins),
  updateKey: organization(admins),
  rotateKey: organization(admins),
  deleteKey: organization(admins),

  listCatalogue: seenByBoundKeys(viewers),
  getCatalogueEntry: seenByBoundKeys(viewers),
  listLifetimeProfiles: seenByBoundKeys(viewers),
  getLifetimeProfile: seenByBoundKeys(viewers),

  listServices: inWorkspace(viewers),
  getService: inWorkspace(viewers),
  getClientSecret: inWorkspace(viewers),
  createService: services,
  createServiceFromCatalogue: services,
  updateService: services,
  patchService: services,
  deleteService: services,
  importService: services,
  checkDefinition: services,
  checkService: services,
  listAvailableServices: inWorkspace(viewers),
  moveService: services,
  exportDefinitions: inWorkspace(contributors),
  importDefinitions: services,
  importLegacyServices: organization(admins),
  listLegacyServices: organization(admins),
  setLegacySunset: organization(admins),
  moveLegacyServices: organization(admins),

  createConnector: inWorkspace(contributors),
  listConnectors: inWorkspace(viewers),
  getConnector: inWorkspace(viewers),
  updateConnector: inWorkspace(contributors),
  deleteConnector: inWorkspace(contributors),
  exportBundle: inWorkspace(contributors),
  importBundle: inWorkspace(contributors),
  checkImport: inWorkspace(contributors),
  listImports: inWorkspace(viewers),
  getImport: inWorkspace(viewers),

  createSolution: inWorkspace(contributors),
  listSolutions: inWorkspace(viewers),
  getSolution: inWorkspace(viewers),
  updateSolution: inWorkspace(contributors),
  deleteSolution: inWorkspace(contributors),
  publishSolution: inWorkspace(contributors),
  unpublishSolution: inWorkspace(contributors),

  createEndUserSession: inWorkspace(contributors),
  listEndUserSessions: inWorkspace(contributors),
  deleteEndUserSession: inWorkspace(contributors),
  listEndUsers: inWorkspace(contributors),
  forgetEndUser: inWorkspace(admins),
  getReceipt: inWorkspace(contributors),

  // R27: what an end user has is nobody else's.
  listOwnServices: organization(['end_user']),
  listOwnAuths: organization(['end_user']),
  getOwnAuth: organization(['end_user']),
  updateOwnAuth: organization(['end_user']),
  deleteOwnAuth: organization(['end_user']),
  startOwnConnectSession: organization(['end_user']),
  getOwnConnectSession: organization(['end_user']),

  listAuths: inWorkspace(viewers),
  listServiceAuths: organization(viewers),
  getAuth: inWorkspace(viewers),
  listAuthHistory: inWorkspace(viewers),
  createAuth: inWorkspace(contributors),
  updateAuth: inWorkspace(contributors),
  deleteAuth: inWorkspace(contributors),
  refreshAuth: inWorkspace(contributors),
  restoreSetAsideAuths: inWorkspace(contributors),
  testAuth: inWorkspace(contributors),
  // Nobody until an admin grants it.
  handOutAccessToken: inWorkspace([]),
  startConnectSession: inWorkspace(contributors),
  getConnectSession: inWorkspace(viewers),
  sendHttpRequest: inWorkspace(contributors),
  parseCurl: inWorkspace(contributors),
  proxyCall: seenByBoundKeys(['end_user', 'member', ...contributors]),
  proxyCallBase: seenByBoundKeys(['end_user', 'member', ...contributors]),

  getHealthSummary: seenByBoundKeys(viewers),
  createUmbrella: organization(admins),
  listUmbrellas: seenByBoundKeys(everyone),
  getUmbrella: seenByBoundKeys(everyone),
  updateUmbrella: organization(admins),
  deleteUmbrella: organization(admins),
  listUmbrellaServices: seenByBoundKeys(everyone),
  getVerification: seenByBoundKeys(everyone),
  setVerification: organization(admins),
  listVerificationHistory: seenByBoundKeys(everyone),

  createSubscription: organization(admins),
  listSubscriptions: organization(admins),
  getSubscription: organization(admins),
  updateSubscription: organization(admins),
  deleteSubscription: organization(admins),
  listDeliveries: organization(admins),
  listDigestEvents: organization(admins),
  testSubscription: organization(admins),
  enableSubscription: organization(admins),
  renewSigningSecret: organization(admins),
  redeliverDelivery: organization(admins),
  redeliverDeliveries: organization(admins),
};
