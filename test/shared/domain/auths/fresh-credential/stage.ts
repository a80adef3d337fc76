import type { Auth } from '#shared/domain/auths/auth.ts';
import { loadCredential, openCredential } from '#shared/domain/auths/credential.ts';
import { inUse } from '#shared/domain/services/current.ts';
import type { Service } from '#shared/domain/services/service.ts';
import type { Deps, IncomingResponse } from '#shared/ports.ts';
import { told, world, type World } from '../../../../support/deps.ts';
import {
  authNow,
  connectedAuth,
  countingTokens,
  oauth2Service,
  tokenUrl,
} from '../../../../support/nouns.ts';
import { jsonAnswer } from '../../../../support/watched.ts';

export let w: World;
export let service: Service;
export let auth: Auth;
export let ref: { organizationId: string; authId: string };
let made: number;

export const tokens = (name: string, parts: Readonly<Record<string, unknown>> = {}) =>
  jsonAnswer(200, {
    access_token: `access-${name}`,
    refresh_token: `refresh-${name}`,
    expires_in: 3600,
    ...parts,
  });
export const refusal = (error: string, status = 400) => jsonAnswer(status, { error });

/** How many calls of the token endpoint there were since the auth was made. */
export const calls = () => w.http.to(tokenUrl).length - made;
export const lastForm = () => Object.fromEntries(new URLSearchParams(String(w.http.requests.at(-1)?.body)));
export const heard = (prefix = 'auth.') => told(w, prefix).slice();
export const now = () => authNow(w, auth.id);

/** The access token that a caller of the auth would use. */
export const accessToken = async (deps: Deps = w.deps): Promise<string | undefined> => {
  const current = await now();
  const kept = await loadCredential(deps, current, current.credential.version);
  return kept && openCredential(kept, inUse(service, 'production'))?.values['access_token'];
};

/** The moment at which the auth's token has so many milliseconds left. */
export const leave = async (left: number) => {
  const end = (await now()).credential.accessExpiresAt ?? 0;
  await w.clock.advance(end - left - w.clock.now());
};

/** An answer that comes when it is let go. */
export const held = () => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingResponse>();
  return { promise, resolve, reject };
};

/** Brings an auth, of the same service or another, on the stage; calls are counted from here. */
export const bringOn = (next: Auth, of: Service = service) => {
  service = of;
  auth = next;
  ref = { organizationId: w.organizationId, authId: auth.id };
  made = w.http.to(tokenUrl).length;
};

/** What each test begins with. */
export const setStage = async () => {
  w = await world();
  w.http.answers(countingTokens());
  const first = await oauth2Service(w);
  bringOn(await connectedAuth(w, first), first);
};
