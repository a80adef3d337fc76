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
  /** Not called with one's own ids: it would take away what the others need. */
  readonly ends?: true;
  /** The status of a call for what is one's own, where that is none of success. */
  readonly otherwise?: number;
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
  getAuth: {},
  updateAuth: {},
  deleteAuth: { ends: true },
  refreshAuth: {},
  handOutAccessToken: {},
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
  deleteService: { ends: true },
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
  deleteUmbrella: { ends: true },
  listUmbrellaServices: {},
  getVerification: {},
  setVerification: {},
  listVerificationHistory: {},

  createWorkspace: {},
  listWorkspaces: { why: ownOnly },
  getWorkspace: {},
  updateWorkspace: {},
};
