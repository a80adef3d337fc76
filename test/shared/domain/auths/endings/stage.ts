import type { Auth } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { refreshDueAuths } from '#shared/domain/auths/refresh-due.ts';
import { tellEnding } from '#shared/domain/auths/tell-ending.ts';
import { serviceKey, services } from '#shared/domain/services/service.ts';
import { day, world, type World } from '../../../../support/deps.ts';
import { authNow, connectedAuth, countingTokens, oauth2Service } from '../../../../support/nouns.ts';
import { jsonAnswer } from '../../../../support/watched.ts';

export let w: World;
/** What each test begins with. */
export const setStage = async () => {
  w = await world();
  w.http.answers(countingTokens());
};

export const seconds = (days: number) => (days * day) / 1000;
export const ref = (authId: string) => ({ organizationId: w.organizationId, authId });
export const events = (type: string) => w.bus.events.filter((event) => event.type === type);
export const leadsTold = () =>
  events('auth.expiring').map(({ data }) => Number(data['leadSeconds']) / 86_400);
export const refused = () => jsonAnswer(400, { error: 'invalid_grant' });

/** An auth of a service that states, or whose profile states, how long auths live. */
export const made = async (parts: Parameters<typeof oauth2Service>[1] = {}): Promise<Auth> =>
  connectedAuth(w, await oauth2Service(w, parts));

/** Renews now, and says what became of the auth. */
export const renewed = async ({ id }: Pick<Auth, 'id'>): Promise<Auth> => {
  const { credential } = await authNow(w, id);
  const options = { otherThan: credential.version, insist: true };
  await freshCredential(w.deps, ref(id), options).catch(() => undefined);
  return authNow(w, id);
};

/** Lets sweeps work until a moment: what is due to be renewed is, what is to be told is told. */
export const until = async ({ id }: Pick<Auth, 'id'>, end: number) => {
  for (let round = 0; round < 3000; round += 1) {
    const { refreshAt = Infinity, alertAt = Infinity } = await authNow(w, id);
    const next = Math.min(refreshAt, alertAt);
    if (next > end) break;
    await w.clock.advance(Math.max(next - w.clock.now(), 0));
    if (refreshAt <= alertAt) await refreshDueAuths(w.deps, w.organizationId, { authIds: [id] });
    else await tellEnding(w.deps, ref(id));
  }
  await w.clock.advance(Math.max(end - w.clock.now(), 0));
};

/** The same while renewing fails: after the first try that does, the alerts alone, for each try ends as the one before. */
export const failingUntil = async ({ id }: Pick<Auth, 'id'>, end: number) => {
  const { refreshAt = 0 } = await authNow(w, id);
  await w.clock.advance(refreshAt - w.clock.now());
  await refreshDueAuths(w.deps, w.organizationId, { authIds: [id] });
  for (;;) {
    const { alertAt = Infinity } = await authNow(w, id);
    if (alertAt > end) break;
    await w.clock.advance(Math.max(alertAt - w.clock.now(), 0));
    await tellEnding(w.deps, ref(id));
  }
  await w.clock.advance(end - w.clock.now());
};

export const serviceOf = ({ serviceId = '' }: Auth) =>
  w.deps.store.get(services, serviceKey(w.organizationId, serviceId));

export const learn = async (auth: Auth, days: number) => {
  const suspectedLifetimes = { production: { seconds: seconds(days), since: w.clock.now(), ends: 5 } };
  await w.deps.store.replace(services, { ...(await serviceOf(auth))!, suspectedLifetimes });
};
