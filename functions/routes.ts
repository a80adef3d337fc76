import type { Route } from '#shared/entry/route.ts';
import * as api from './api/routes.ts';
import * as auths from './auths/routes.ts';
import * as catalogue from './catalogue/routes.ts';
import * as connect from './connect/routes.ts';
import * as history from './history/routes.ts';
import * as endUserSessions from './end-user-sessions/routes.ts';
import * as endUsers from './end-users/routes.ts';
import * as connectors from './connectors/routes.ts';
import * as definitions from './definitions/routes.ts';
import * as httpRequests from './http-requests/routes.ts';
import * as keys from './keys/routes.ts';
import * as members from './members/routes.ts';
import * as legacyServices from './legacy-services/routes.ts';
import * as organization from './organization/routes.ts';
import * as ownAuths from './own-auths/routes.ts';
import * as proxy from './proxy/routes.ts';
import * as services from './services/routes.ts';
import * as solutions from './solutions/routes.ts';
import * as subscriptions from './subscriptions/routes.ts';
import * as summary from './summary/routes.ts';
import * as transfers from './transfers/routes.ts';
import * as umbrellas from './umbrellas/routes.ts';
import * as workspaces from './workspaces/routes.ts';

/** The nouns: each is one function, `functions/<noun>/lambda.ts`, that answers its routes. */
export const nouns = {
  api,
  auths,
  catalogue,
  connect,
  history,
  'end-user-sessions': endUserSessions,
  'end-users': endUsers,
  connectors,
  definitions,
  'http-requests': httpRequests,
  keys,
  members,
  'legacy-services': legacyServices,
  organization,
  'own-auths': ownAuths,
  proxy,
  services,
  solutions,
  subscriptions,
  summary,
  transfers,
  umbrellas,
  workspaces,
};

export type Noun = keyof typeof nouns;

/** All that a request can reach. */
export const routes: readonly { readonly noun: string; readonly route: Route }[] = Object.entries(
  nouns,
).flatMap(([noun, routesOfNoun]) => Object.values(routesOfNoun).map((route: Route) => ({ noun, route })));
