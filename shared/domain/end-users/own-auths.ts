import type * as z from 'zod';
import { AppError, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import { authKey, auths, type Auth } from '../auths/auth.ts';
import { describeAuth } from '../auths/describe.ts';
import { getAuth } from '../auths/get.ts';
import { AuthView } from '../auths/view.ts';
import type { PageQuery } from '../inputs.ts';
import { page } from '../paging.ts';
import { authsOfEndUser, endUserAuths, type EndUserRef } from './auth-link.ts';
import { indexAuths } from './index-auths.ts';

/** An auth as its end user sees it: nothing that the platform keeps with it for itself, and no words of the provider. */
export const OwnAuthView = AuthView.pick({
  id: true,
  serviceId: true,
  service: true,
  name: true,
  account: true,
  state: true,
  cause: true,
  predictedEnd: true,
  consentedAt: true,
  lastUsedAt: true,
  version: true,
  createdAt: true,
});

/** The end user who acts, and where. Rejects with 403 whoever is none. */
export const endUserOf = ({ organizationId, workspaceId, endUserId }: Actor): EndUserRef => {
  if (workspaceId === undefined || endUserId === undefined)
    throw new AppError(403, 'forbidden', 'This is for the sessions of end users alone.');
  return { organizationId, workspaceId, endUserId };
};

/** An auth of the end user who acts; 404 `auth_not_found`, the same as if it did not exist, for those of others (R27). */
export const getOwnAuth = async (deps: Deps, by: EndUserRef, authId: string): Promise<Auth> => {
  const { endUserId, ...where } = by;
  const auth = await getAuth(deps, { ...where, authId });
  if (auth.endUserId !== endUserId) throw notFound('auth');
  return auth;
};

/** The auth that a link stands for; undefined when it was never made, is gone, or is being deleted. */
export const linkedAuth = async (
  { store }: Deps,
  { organizationId, workspaceId, endUserId, authId }: EndUserRef & { readonly authId: string },
): Promise<Auth | undefined> => {
  const auth = await store.get(auths, authKey(organizationId, authId));
  const own = auth?.endUserId === endUserId && auth.workspaceId === workspaceId;
  return own && auth.state !== 'deleting' ? auth : undefined;
};

/** Lists the auths of the end user who acts. A page may be short and have a next one. */
export const listOwnAuths = async (
  deps: Deps,
  by: EndUserRef,
  query: PageQuery,
): Promise<{ items: z.input<typeof OwnAuthView>[]; nextCursor: string | null }> => {
  await indexAuths(deps, by);
  const links = await page(deps.store, endUserAuths, {
    ...authsOfEndUser(by),
    query,
    show: (link) => link,
  });
  const found = await Promise.all(links.items.map((link) => linkedAuth(deps, link)));
  const living = found.filter((auth) => auth !== undefined);
  return {
    items: await Promise.all(living.map((auth) => describeAuth(deps, auth))),
    nextCursor: links.nextCursor,
  };
};
