import { provide } from '#shared/deps.ts';
import { reactions, takes } from '#functions/reactions.ts';
import { schedules } from '#functions/schedules.ts';
import { react } from '../../support/api.ts';
import { passing } from '../../support/deps.ts';
import { described, word } from './planted-requests.ts';
import { load, type Planted } from './planted-world.ts';
import type { Where } from './walk-auths.ts';

const down = () => Promise.reject(new Error(`${word}-down`, { cause: new Error(`${word}-cause`) }));

interface Connected {
  readonly authId: string;
  readonly page: string;
}

/** A world that fails everywhere, one port after the other: stores, vaults and buses whose errors say too much. */
export const breakTheWorld = async (
  { w, send }: Planted,
  { ws, acme, keyed }: Where,
  { authId, page }: Connected,
): Promise<void> => {
  const [services, auths, sessions] = [`${ws}/services`, `${ws}/auths`, `${ws}/connect-sessions`];
  for (const broken of [
    { store: { ...w.deps.store, list: down, get: down } },
    { store: { ...w.deps.store, insert: down, replace: down } },
    { vault: { get: down, put: down, forget: down, remove: down, removeWorkspace: down } },
    { bus: { publish: down } },
    { sealer: { seal: down, open: down } },
    { http: { send: down } },
  ]) {
    provide({ ...w.deps, ...broken });
    await send('POST', auths, { serviceId: keyed, name: 'x', fields: { api_key: `${word}-late` } });
    await send('POST', services, described());
    await send('POST', sessions, { serviceId: acme, fields: { sub: 'eu', pin: `${word}-late` } });
    await send('POST', `${auths}/${authId}/refresh`);
    await send('GET', `/v1/proxy/${authId}/me`);
    await send('POST', `${ws}/http-requests`, { authId, path: '/me' });
    await send('GET', page);
    for (const { entry } of schedules)
      await ((await load(entry)) as () => Promise<unknown>)().catch(() => undefined);
    for (const reaction of reactions) {
      const events = w.bus.events.filter(({ type }) => takes(reaction, type)).slice(-3);
      await passing(w.clock, react(await load(reaction.entry), events), 1000);
    }
  }
  provide(w.deps);
};
