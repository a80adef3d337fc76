import * as z from 'zod';
import { ServiceId } from '../../ids.ts';
import type { Deps, ListRequest } from '../../ports.ts';
import { PageQuery, Time } from '../inputs.ts';
import { cursorOf, placeOf } from '../paging.ts';
import { EnvironmentName } from '../services/definition.ts';
import { describeAuth } from './describe.ts';
import {
  auths,
  authsEndingBefore,
  authsOf,
  authsWith,
  causes,
  endPlaceOf,
  EndUserId,
  states,
  type Auth,
} from './auth.ts';
import { type AuthView } from './view.ts';

const instant = Time.transform((text) => Date.parse(text));

/**
 * `?serviceId=&environment=&state=&cause=&atRisk=&endsBefore=&endUserId=&tag=&setAside=&usable=`: an auth must fit all that are given.
 * `endsBefore` is a time (ISO 8601, UTC): auths whose end is predicted before it, but for ends that a renewal on its way moves.
 * `usable`: those that calls can be made with now (R36); who asks for it must hold `auths:use`.
 */
export const AuthQuery = PageQuery.extend({
  serviceId: ServiceId.optional(),
  environment: EnvironmentName.optional(),
  state: z.enum(states).optional(),
  cause: z.enum(causes).optional(),
  atRisk: z.enum(['true', 'false']).optional(),
  endsBefore: instant.optional(),
  endUserId: EndUserId.optional(),
  tag: z.string().max(50).optional(),
  setAside: z.enum(['true', 'false']).optional(),
  usable: z.enum(['true']).optional(),
});
type AuthQuery = z.infer<typeof AuthQuery>;

/** The same of one service throughout the organization, but for what is asked of a workspace alone. */
export const ServiceAuthsQuery = AuthQuery.omit({ endsBefore: true, usable: true }).extend({
  serviceId: ServiceId,
});

const is = (asked: 'true' | 'false' | undefined, value: boolean): boolean =>
  asked === undefined || value === (asked === 'true');

const fits = (auth: Auth, query: AuthQuery): boolean =>
  (query.serviceId === undefined || auth.serviceId === query.serviceId) &&
  (query.environment === undefined || auth.environment === query.environment) &&
  (query.state === undefined ? auth.state !== 'deleting' : auth.state === query.state) &&
  (query.cause === undefined || auth.cause === query.cause) &&
  is(query.atRisk, auth.atRisk !== undefined) &&
  (query.endUserId === undefined || auth.endUserId === query.endUserId) &&
  (query.tag === undefined || auth.tags.includes(query.tag)) &&
  is(query.setAside, auth.setAsideAt !== undefined) &&
  (query.usable === undefined || auth.state === 'active' || auth.state === 'failing');

/** One call looks through this many at the most; a page may then be short, or empty, and have a next one. */
const mostRead = 10_000;
const mostReadByKey = 1000;

const shown = (deps: Deps, found: readonly Auth[]) =>
  Promise.all(found.map((auth) => describeAuth(deps, auth)));

interface ListInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly query: AuthQuery;
}

/** Which auths are read, how many at once and in all, and where one stands among them. */
interface Way {
  readonly list: string;
  readonly where: Pick<ListRequest, 'index' | 'partition' | 'before'>;
  readonly atOnce: number;
  readonly most: number;
  readonly placeOf: (auth: Auth) => string | undefined;
}

const inOrder = { atOnce: 500, most: mostRead, placeOf: ({ id }: Auth) => id };

const wayOf = ({ organizationId, workspaceId, query }: ListInput): Way =>
  query.endsBefore === undefined
    ? { ...inOrder, list: 'auth', where: authsOf(organizationId, workspaceId) }
    : {
        list: 'auth by end',
        where: authsEndingBefore(organizationId, workspaceId, query.endsBefore),
        atOnce: query.limit + 1,
        most: mostReadByKey,
        placeOf: (auth) => endPlaceOf(auth)?.sort,
      };

interface AuthPage {
  readonly items: z.infer<typeof AuthView>[];
  readonly nextCursor: string | null;
}

const pageOn = async (deps: Deps, query: AuthQuery, way: Way): Promise<AuthPage> => {
  const found: Auth[] = [];
  let after = placeOf(way.list, query);
  for (let read = 0; read < way.most; read += way.atOnce) {
    const page = await deps.store.list(auths, { ...way.where, after, limit: way.atOnce });
    for (const auth of page.items) {
      if (!fits(auth, query)) continue;
      if (found.length === query.limit) {
        const last = found.at(-1);
        return { items: await shown(deps, found), nextCursor: cursorOf(way.list, last && way.placeOf(last)) };
      }
      found.push(auth);
    }
    after = page.next;
    if (after === undefined) break;
  }
  return { items: await shown(deps, found), nextCursor: cursorOf(way.list, after) };
};

/** Lists the auths of a workspace that fit the filters: the oldest first or, with `endsBefore`, those that end soonest. */
export const listAuths = (deps: Deps, input: ListInput): Promise<AuthPage> =>
  pageOn(deps, input.query, wayOf(input));

interface ListOfServiceInput {
  readonly organizationId: string;
  readonly query: z.infer<typeof ServiceAuthsQuery>;
}

/** Lists the auths that were made with a service, in whichever workspace, the oldest first. */
export const listServiceAuths = (
  deps: Deps,
  { organizationId, query }: ListOfServiceInput,
): Promise<AuthPage> =>
  pageOn(deps, query, {
    ...inOrder,
    list: 'auth of a service',
    where: authsWith(organizationId, query.serviceId),
  });
