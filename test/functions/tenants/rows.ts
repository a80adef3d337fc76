type Ids = Readonly<Record<string, string>>;

/** What a route is asked for with somebody's ids. */
interface Ask {
  readonly query?: string;
  readonly body?: unknown;
}

/** How a route is tried with the ids of another organization. Those of its path are swapped without a word here. */
export interface Row {
  /** A call that works with ids of one's own; left out, the route's example. */
  readonly works?: (ids: Ids) => Ask;
  /**
   * Calls in whose body or query `ids` stand, all else being the caller's own. `status` is what they must answer; 404 says that
   * what is meant is not there, 422 that what was given names nothing, 200 and 201 that an id is taken as a word and opens nothing.
   */
  readonly names?: (own: Ids) => readonly {
    readonly status: number;
    readonly ask: (ids: Ids) => Ask;
  }[];
  /** Called with one's own ids last of all, in the order of this list: it takes away what the others need. */
  readonly ends?: true;
  /** It is for end users: called with the token of a session. */
  readonly endUser?: true;
  /** What parameters of the path mean here, by their names in `Tenant.ids`. */
  readonly path?: Readonly<Record<string, string>>;
  /** Parameters of the path that are words of the caller's own, and name nothing that has to be there. */
  readonly words?: readonly string[];
  /** The status of a call for what is one's own, where that is none of success. */
  readonly otherwise?: number;
  /** The status of a call for what is another's, where that is not 404. */
  readonly elsewhere?: number;
  /** It has no ids, or what it shows is no organization's. */
  readonly why?: string;
}

const body = (make: (ids: Ids) => unknown) => (ids: Ids) => ({ body: make(ids) });
const everyone = 'The same for everyone: it comes with the product.';
const ownOnly = 'It has no ids: it is about the caller’s own organization.';

const definition = {
  name: 'Made',
  baseUrl: 'https://api.made.example',
  fields: [{ key: 'api_key', secret: true }],
  apply: [{ in: 'header', name: 'X-Api-Key', value: '{{api_key}}' }],
  auth: { type: 'token' },
};
const under = (ids: Ids) => ({ ...definition, umbrellaId: ids['umbrellaId'] });
const document = (more: object) => ({
  document: {
    format: 'latchkey.definitions',
    version: 1,
    services: [{ ref: 'made', definition: { ...definition, ...more } }],
  },
});

/** A filter of each kind alone: the first that is wrong would hide the others. */
const filters: readonly ((ids: Ids) => object)[] = [
  ({ workspaceId }) => ({ workspaceIds: [workspaceId] }),
  ({ serviceId }) => ({ serviceIds: [serviceId] }),
  ({ umbrellaId }) => ({ umbrellaIds: [umbrellaId] }),
];
const bundle = (services: readonly object[], connectors: readonly object[], steps: readonly object[]) => ({
  format: 'latchkey.bundle',
  version: 1,
  services,
  connectors,
  steps,
});
const kind = { name: 'Theirs', type: 'token', hosts: ['api.theirs.example'] };
/** A bundle that names a service, a connector and its service, or a service by a mapping. */
const bundles: readonly ((ids: Ids) => object)[] = [
  ({ keyedServiceId: id }) => ({
    bundle: bundle([{ ref: 'a', id, ...kind }], [], [{ kind: 'http_client', service: 'a' }]),
  }),
  ({ keyedServiceId: id, connectorId }) => ({
    bundle: bundle(
      [{ ref: 'a', id, ...kind }],
      [{ ref: 'c', id: connectorId, name: 'Theirs', service: 'a' }],
      [{ kind: 'connector', connector: 'c' }],
    ),
  }),
  ({ keyedServiceId: id }) => ({
    bundle: bundle([{ ref: 'a', ...kind }], [], [{ kind: 'http_client', service: 'a' }]),
    mapping: { a: id },
  }),
];
const bundleAsks = (statuses: readonly number[]) => () =>
  bundles.map((make, index) => ({ status: statuses[index]!, ask: body(make) }));
const exports: readonly ((ids: Ids) => object)[] = [
  ({ keyedServiceId: serviceId }) => ({ steps: [{ kind: 'http_client', serviceId }] }),
  ({ connectorId }) => ({ steps: [{ kind: 'connector', connectorId }] }),
];
const asked = (query: (ids: Ids) => string) => [{ status: 200, ask: (ids: Ids) => ({ query: query(ids) }) }];
const historyAsks = () =>
  // Not an id of a path: what the caller has tried with it stands in the own history.
  asked(({ homeId = '' }) => `subject=${homeId}`).concat(
    asked(({ keyId = '' }) => `actor=${keyId}`),
    asked(({ endUserId = '' }) => `endUserId=${endUserId}`),
  );
const ofFirst = 'For owners of the first organization alone: 403, whatever is there.';

const subscription = { name: 'x', target: { type: 'webhook', url: 'https://a.example' }, events: ['auth.*'] };

/** What each route is called with; the ids in paths are found by themselves. */
export const rows: Readonly<Record<string, Row>> = {
  getApiDocument: { why: everyone },
  getHealth: { why: everyone },
  listCatalogue: { why: everyone },
  getCatalogueEntry: { why: everyone },
  listLifetimeProfiles: { why: everyone },
  getLifetimeProfile: { why: everyone },
  openConnectPage: { why: 'Whoever has a link is meant: see the test of links.' },
  submitConnectPage: { why: 'Whoever has a link is meant: see the test of links.' },
  completeConnect: { why: 'Told by its state alone, which is 256 bits of chance.' },
  completeConnectInEnvironment: { why: 'Told by its state alone, which is 256 bits of chance.' },

  createAuth: {
    works: body(({ keyedServiceId }) => ({ serviceId: keyedServiceId, name: 'x', fields: { api_key: 'v' } })),
    names: () => [
      {
        status: 404,
        ask: body(({ keyedServiceId }) => ({
          serviceId: keyedServiceId,
          name: 'x',
          fields: { api_key: 'v' },
        })),
      },
    ],
  },
  listAuths: {
    names: () => [
      { status: 200, ask: ({ serviceId }) => ({ query: `serviceId=${serviceId ?? ''}` }) },
      {
        status: 200,
        ask: ({ serviceId }) => ({ query: `serviceId=${serviceId ?? ''}&endsBefore=2030-01-01T00:00:00Z` }),
      },
    ],
  },
  listServiceAuths: {
    works: ({ serviceId }) => ({ query: `serviceId=${serviceId ?? ''}` }),
    names: () => [{ status: 200, ask: ({ serviceId }) => ({ query: `serviceId=${serviceId ?? ''}` }) }],
  },
  getAuth: {},
  updateAuth: {},
  deleteAuth: { path: { authId: 'keyedAuthId' }, ends: true },
  refreshAuth: {},
  // Of no end user: theirs is handed out to nobody.
  handOutAccessToken: { path: { authId: 'platformAuthId' } },
  restoreSetAsideAuths: {},
  testAuth: {},
  listAuthHistory: {},

  startConnectSession: {
    works: body(({ serviceId }) => ({ serviceId })),
    names: ({ serviceId: own }) => [
      { status: 404, ask: body(({ serviceId }) => ({ serviceId })) },
      { status: 404, ask: body(({ authId }) => ({ serviceId: own, authId })) },
    ],
  },
  getConnectSession: {},

  exportDefinitions: {
    names: () => [{ status: 404, ask: body(({ serviceId }) => ({ serviceIds: [serviceId] })) }],
  },
  importDefinitions: {
    works: body(() => ({ ...document({}), clashes: 'rename' })),
    names: () => [
      { status: 422, ask: body(({ umbrellaId }) => document({ umbrellaId })) },
      {
        status: 422,
        ask: body(({ umbrellaId }) => ({
          ...document({ umbrella: 'Ours' }),
          umbrellas: { Ours: umbrellaId },
        })),
      },
      { status: 422, ask: body(({ serviceId }) => ({ ...document({}), replace: { made: serviceId } })) },
    ],
  },

  sendHttpRequest: {
    works: body(({ authId }) => ({ authId, path: '/me' })),
    names: () => [{ status: 404, ask: body(({ authId }) => ({ authId, path: '/me' })) }],
  },
  parseCurl: {},

  createKey: {
    names: () => [
      { status: 422, ask: body(({ workspaceId }) => ({ name: 'x', role: 'viewer', workspaceId })) },
    ],
  },
  listKeys: { why: ownOnly },
  deleteKey: { ends: true },
  getOrganization: { why: ownOnly },
  updateOrganization: { why: ownOnly },
  getCredentialReaders: { why: ownOnly },
  setCredentialReaders: { works: body(() => ({ roles: ['owner'] })), why: ownOnly },

  proxyCall: { works: () => ({}) },
  proxyCallBase: { works: () => ({}) },

  createService: {
    works: body(() => definition),
    names: () => [{ status: 422, ask: body(under) }],
  },
  createServiceFromCatalogue: {
    names: () => [
      {
        status: 422,
        ask: body(({ umbrellaId }) => ({ entry: 'gitlab', clientId: 'x', clientSecret: 'y', umbrellaId })),
      },
    ],
  },
  listServices: {},
  getService: {},
  updateService: { works: body(() => definition), names: () => [{ status: 422, ask: body(under) }] },
  patchService: {
    names: () => [{ status: 422, ask: body(({ umbrellaId }) => ({ umbrellaId })) }],
  },
  deleteService: { works: () => ({ query: 'force=true' }), ends: true },
  importService: {},
  checkDefinition: { names: () => [{ status: 200, ask: body(under) }] },
  checkService: { names: () => [{ status: 200, ask: body(under) }] },
  getClientSecret: {},

  createSubscription: {
    names: () =>
      filters.map((filter) => ({
        status: 422,
        ask: body((ids) => ({ ...subscription, filters: filter(ids) })),
      })),
  },
  listSubscriptions: { why: ownOnly },
  getSubscription: {},
  updateSubscription: {
    names: () => filters.map((filter) => ({ status: 422, ask: body((ids) => ({ filters: filter(ids) })) })),
  },
  deleteSubscription: { ends: true },
  listDeliveries: {},
  // A digest is there once something was gathered in it.
  listDigestEvents: { otherwise: 404 },
  testSubscription: {},
  enableSubscription: {},
  renewSigningSecret: {},
  redeliverDelivery: {},
  redeliverDeliveries: {},

  getHealthSummary: { why: ownOnly },
  createUmbrella: {},
  listUmbrellas: { why: ownOnly },
  getUmbrella: {},
  updateUmbrella: {},
  // A service is under it.
  deleteUmbrella: { ends: true, otherwise: 409 },
  listUmbrellaServices: {},
  getVerification: {},
  setVerification: {},
  listVerificationHistory: {},

  createWorkspace: {},
  listWorkspaces: { why: ownOnly },
  getWorkspace: {},
  updateWorkspace: {},

  getKey: {},
  updateKey: {},
  rotateKey: {},

  listHistory: { names: historyAsks },
  exportHistory: { names: historyAsks },
  listWorkspaceHistory: { names: historyAsks },
  exportWorkspaceHistory: { names: historyAsks },

  listMembers: { why: ownOnly },
  getMember: {},
  putMember: { words: ['userId'] },
  listWorkspaceMembers: {},
  getWorkspaceMember: {},
  putWorkspaceMember: { words: ['userId'] },

  createConnector: {
    works: body(({ keyedServiceId }) => ({ name: 'x', serviceId: keyedServiceId })),
    names: ({ keyedServiceId: own }) => [
      { status: 404, ask: body(({ keyedServiceId }) => ({ name: 'x', serviceId: keyedServiceId })) },
      {
        status: 422,
        ask: body(({ workspaceId }) => ({ name: 'x', serviceId: own, sharedWith: [workspaceId] })),
      },
    ],
  },
  listConnectors: {},
  getConnector: {},
  updateConnector: {
    names: () => [
      { status: 404, ask: body(({ keyedServiceId }) => ({ serviceId: keyedServiceId })) },
      { status: 422, ask: body(({ workspaceId }) => ({ sharedWith: [workspaceId] })) },
    ],
  },

  createSolution: {
    works: body(({ serviceId }) => ({ name: 'x', serviceIds: [serviceId] })),
    names: () => [{ status: 422, ask: body(({ serviceId }) => ({ name: 'x', serviceIds: [serviceId] })) }],
  },
  listSolutions: {},
  getSolution: {},
  updateSolution: {
    works: body(({ serviceId }) => ({ serviceIds: [serviceId] })),
    names: () => [{ status: 422, ask: body(({ serviceId }) => ({ serviceIds: [serviceId] })) }],
  },
  publishSolution: {},
  unpublishSolution: { ends: true },

  exportBundle: {
    works: body(({ keyedServiceId }) => ({ steps: [{ kind: 'http_client', serviceId: keyedServiceId }] })),
    names: () => exports.map((make) => ({ status: 422, ask: body(make) })),
  },
  importBundle: { works: body(bundles[0]!), names: bundleAsks([409, 409, 422]) },
  checkImport: { works: body(bundles[0]!), names: bundleAsks([200, 200, 422]) },
  listImports: {},
  getImport: {},

  createEndUserSession: {},
  listEndUserSessions: { names: () => asked(({ endUserId = '' }) => `endUserId=${endUserId}`) },
  listEndUsers: {},
  getReceipt: {},

  listOwnServices: { endUser: true, why: ownOnly },
  listOwnAuths: { endUser: true, why: ownOnly },
  getOwnAuth: { endUser: true },
  updateOwnAuth: { endUser: true },
  startOwnConnectSession: {
    endUser: true,
    works: body(({ serviceId }) => ({ serviceId })),
    names: ({ serviceId: own }) => [
      { status: 404, ask: body(({ serviceId }) => ({ serviceId })) },
      { status: 404, ask: body(({ authId }) => ({ serviceId: own, authId })) },
    ],
  },
  getOwnConnectSession: { endUser: true },

  importLegacyServices: {},
  listLegacyServices: { why: ownOnly },
  setLegacySunset: { path: { serviceId: 'legacyServiceId' } },
  listAvailableServices: {},

  createOrganization: { otherwise: 403, why: ofFirst },
  listOrganizations: { otherwise: 403, why: ofFirst },
  getOtherOrganization: { otherwise: 403, elsewhere: 403, why: ofFirst },
  getOrganizationRemoval: { otherwise: 404 },
  // A person's alone.
  putPersonalWorkspace: { otherwise: 403 },
  listWorkspaceRemovals: { why: ownOnly },
  getWorkspaceRemoval: {},

  moveService: { path: { workspaceId: 'personalId', serviceId: 'legacyServiceId' }, ends: true },
  moveLegacyServices: { ends: true },
  deleteOwnAuth: { endUser: true, ends: true },
  deleteEndUserSession: { ends: true },
  forgetEndUser: { words: ['endUserId'], ends: true },
  deleteConnector: { ends: true },
  deleteSolution: { ends: true },
  deleteWorkspaceMember: { ends: true },
  deleteMember: {
    names: () => [{ status: 422, ask: ({ userId = '' }) => ({ query: `handPersonalTo=${userId}` }) }],
    ends: true,
  },
  deleteWorkspace: { works: () => ({ query: 'force=true' }), ends: true },
  deleteOrganization: {
    works: ({ organizationId = '' }) => ({ query: `confirm=${organizationId}` }),
    names: () => [
      { status: 422, ask: ({ organizationId = '' }) => ({ query: `confirm=${organizationId}` }) },
    ],
    ends: true,
  },
};
