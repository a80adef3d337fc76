import { beforeEach, describe, expect, it } from '@jest/globals';
import { auths, type Auth } from '#shared/domain/auths/auth.ts';
import { readClientSecrets } from '#shared/domain/services/client-secrets.ts';
import { countAuths } from '#shared/domain/services/count-auths.ts';
import type { Store } from '#shared/ports.ts';
import { day, hour, minute } from '../../../../support/deps.ts';
import { connectedAuth, oauth2Service, tokenService } from '../../../../support/nouns.ts';
import { serviceOf } from '../../../../support/types.ts';
import { at, expiring, setStage, w, where } from './stage.ts';

beforeEach(setStage);

describe('the list of client secrets', () => {
  it('tells by environment when it ends and how many working auths use it', async () => {
    const own = { auth: { clientId: 'box', clientSecret: 'box' } };
    const environments = { sandbox: own, staging: { baseUrl: 'https://staging.acme.example' } };
    const service = await serviceOf(w, expiring(at(10 * day + hour), { environments }));
    await connectedAuth(w, service);
    await w.clock.advance(minute);
    const { items } = await readClientSecrets(w.deps, where(service));
    const list = `https://latchkey.example/v1/auths?serviceId=${service.id}`;
    const authsUrl = (environment: string) => `${list}&environment=${environment}`;
    const ends = { expiresAt: at(10 * day + hour), daysLeft: 10 };
    const none = { count: 0, atLeast: false };
    expect(items).toEqual([
      {
        environment: 'production',
        keptIn: 'production',
        ...ends,
        nextSet: false,
        auths: { count: 1, atLeast: false },
        authsUrl: authsUrl('production'),
      },
      {
        environment: 'sandbox',
        keptIn: 'sandbox',
        expiresAt: null,
        daysLeft: null,
        nextSet: false,
        auths: none,
        authsUrl: authsUrl('sandbox'),
      },
      {
        environment: 'staging',
        keptIn: 'production',
        ...ends,
        nextSet: false,
        auths: none,
        authsUrl: authsUrl('staging'),
      },
    ]);
    await w.clock.advance(12 * day);
    expect((await readClientSecrets(w.deps, where(service))).items[0]?.daysLeft).toBe(-2);
  });

  it('is empty where there is no client secret', async () => {
    expect(await readClientSecrets(w.deps, where(await tokenService(w)))).toEqual({ items: [] });
  });

  it('looks at 2,000 auths at the most, and says that there may be more', async () => {
    const service = await oauth2Service(w);
    const auth = await connectedAuth(w, service);
    let reads = 0;
    const list = ((_: unknown, { limit }: { limit: number }) => {
      reads += 1;
      return Promise.resolve({ items: Array.from({ length: limit }, () => auth), next: 'more' });
    }) as unknown as Store['list'];
    const countIn = await countAuths({ store: { ...w.deps.store, list } }, service);
    expect(countIn(['production'])).toEqual({ count: 2000, atLeast: true });
    expect(reads).toBe(10);
  });

  it('counts only auths that still work', async () => {
    const service = await oauth2Service(w);
    const auth = await connectedAuth(w, service);
    const over: Auth = { ...auth, state: 'needs_reconnect' };
    await w.deps.store.replace(auths, over);
    expect((await countAuths(w.deps, service))(['production'])).toEqual({ count: 0, atLeast: false });
  });
});
