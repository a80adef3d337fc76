import { describe, expect, it } from '@jest/globals';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { noteUse } from '#shared/domain/auths/note-use.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { currentService } from '#shared/domain/services/current.ts';
import { serviceKey, services } from '#shared/domain/services/service.ts';
import { applyVerification } from '#shared/domain/umbrellas/apply-verification.ts';
import { setVerification } from '#shared/domain/umbrellas/set-verification.ts';
import { VerificationInput } from '#shared/domain/umbrellas/umbrella.ts';
import { day, hour, world, type World } from '../../../support/deps.ts';
import {
  actor,
  authNow,
  callback,
  oauth2Service,
  opened,
  redirectUri,
  umbrella,
} from '../../../support/nouns.ts';
import { jsonAnswer } from '../../../support/watched.ts';

/** A small generator, so that a failing history can be played again by its number. */
const dice = (seed: number) => {
  let state = seed * 2_654_435_761;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
  return { next, pick };
};

/** What the histories know of the world, typed out again: nothing of the product stands in it. Days. */
interface Profile {
  readonly name: string | undefined;
  readonly consent?: number;
  readonly idle?: number;
  readonly absolute?: number;
  readonly rotated?: number;
  readonly demo?: number;
  readonly except?: readonly string[];
}
const profiles: readonly Profile[] = [
  { name: undefined },
  { name: 'google', idle: 180, demo: 7, except: ['openid', 'email', 'profile'] },
  { name: 'linkedin', consent: 365, demo: 60 },
  { name: 'quickbooks', idle: 100, absolute: 1825 },
  { name: 'atlassian', idle: 90, absolute: 365 },
  { name: 'tiktok', rotated: 180 },
  { name: 'netsuite', absolute: 7 },
  { name: 'amazon-sp-api', consent: 365 },
];

/** The plain model: an auth as the provider's clocks see it. Milliseconds. */
interface Model {
  consent: number;
  refreshed: number;
  issued: number;
  told: number | undefined;
  holdsRefresh: boolean;
  access: number | undefined;
  demo: number | undefined;
  flagged: boolean;
  /** The earliest as of the last time that anything happened. */
  end: number | undefined;
}

interface Status {
  readonly status: 'demo' | 'in_review' | 'verified' | 'unknown';
  readonly life?: number;
  readonly except?: readonly string[];
}

const scopeSets = [['profile', 'email'], ['email'], ['email', 'files'], ['read']];
const statuses: readonly Status[] = [
  { status: 'demo' },
  { status: 'demo', life: 14 },
  { status: 'in_review' },
  { status: 'in_review', life: 3 },
  { status: 'unknown' },
  { status: 'verified' },
  { status: 'demo', life: 9, except: ['read'] },
];

const earliest = (ends: readonly (number | undefined)[]): number | undefined => {
  const known = ends.filter((end) => end !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

const play = async (w: World, seed: number): Promise<readonly string[]> => {
  const { next, pick } = dice(seed);
  const profile = pick(profiles);
  const own =
    next() < 0.25
      ? { idle: 20, consent: undefined }
      : next() < 0.2
        ? { idle: undefined, consent: 33 }
        : undefined;
  const idle = own?.idle ?? profile.idle;
  const consent = own?.consent ?? profile.consent;
  const scopes = pick(scopeSets);
  let status = pick(statuses);
  const record = ({ status: name, life, except }: Status) =>
    VerificationInput.parse({
      status: name,
      ...(life !== undefined && { authLifetimeSeconds: (life * day) / 1000 }),
      ...(except && { exceptScopes: except }),
    });
  const over = await umbrella(w, { verification: record(status) });
  const underUmbrella = next() < 0.7;
  const service = await oauth2Service(w, {
    ...(underUmbrella && { umbrellaId: over.id }),
    ...(profile.name && { lifetimeProfile: profile.name }),
    ...(own && {
      lifetime: own.idle ? { idleSeconds: (20 * day) / 1000 } : { consentSeconds: (33 * day) / 1000 },
    }),
    auth: { scopes },
  });
  let suspected: number | undefined;

  const refreshes = next() < 0.85;
  let count = 0;
  let answered: { told: number | undefined; rotated: boolean } = { told: undefined, rotated: true };
  let first = true;
  w.http.answers(() => {
    count += 1;
    const told = next() < 0.3 ? pick([5, 50, 400]) : undefined;
    const rotated = refreshes && (first || next() < 0.6);
    first = false;
    answered = { told, rotated };
    return jsonAnswer(200, {
      access_token: `access-${count}`,
      expires_in: refreshes ? 3600 : (30 * day) / 1000,
      ...(rotated && { refresh_token: `refresh-${count}` }),
      ...(refreshes && told !== undefined && { refresh_token_expires_in: (told * day) / 1000 }),
    });
  });

  const exempt = (): boolean => {
    const list = status.except ?? profile.except ?? [];
    return scopes.every((scope) => list.includes(scope));
  };
  /** The life of the test status from the consent, by the status as it is now. */
  const demoEnd = (from: number): number | undefined => {
    const days = status.life ?? (status.status === 'demo' ? profile.demo : undefined);
    return days === undefined ? undefined : from + days * day;
  };
  const risky = () => underUmbrella && status.status !== 'verified' && !exempt();

  const model: Model = {
    consent: 0,
    refreshed: 0,
    issued: 0,
    told: undefined,
    holdsRefresh: refreshes,
    access: undefined,
    demo: undefined,
    flagged: false,
    end: undefined,
  };
  const judge = () => {
    const now = w.clock.now();
    const announced = model.holdsRefresh ? model.told : model.access;
    const guess = suspected === undefined ? undefined : model.consent + suspected;
    model.end = earliest([
      consent === undefined ? undefined : model.consent + consent * day,
      announced,
      announced === undefined && idle !== undefined ? model.refreshed + idle * day : undefined,
      announced === undefined && profile.absolute !== undefined
        ? model.consent + profile.absolute * day
        : undefined,
      announced === undefined && profile.rotated !== undefined
        ? model.issued + profile.rotated * day
        : undefined,
      model.demo,
      guess !== undefined && guess > now ? guess : undefined,
    ]);
  };
  const connected = () => {
    const now = w.clock.now();
    Object.assign(model, { consent: now, refreshed: now, issued: now, access: now + 30 * day });
    model.told = answered.told === undefined ? undefined : now + answered.told * day;
    model.flagged = risky();
    model.demo = risky() ? demoEnd(now) : undefined;
    judge();
  };

  const connect = async (authId?: string): Promise<string> => {
    first = true;
    const { state } = await opened(w, { serviceId: service.id, ...(authId !== undefined && { authId }) });
    const done = await completeConnect(w.deps, { query: callback(state), redirectUri });
    if (done.kind !== 'concluded' || done.session.status !== 'complete')
      throw new Error(`History ${seed}: ${JSON.stringify(done)}`);
    connected();
    return done.session.authId;
  };
  const id = await connect();
  const ref = { organizationId: w.organizationId, authId: id };
  const acts = {
    refresh: async () => {
      if (!refreshes) return;
      const { credential } = await authNow(w, id);
      await freshCredential(w.deps, ref, { otherThan: credential.version, insist: true });
      const now = w.clock.now();
      model.refreshed = now;
      if (answered.rotated) model.issued = now;
      if (answered.told !== undefined) model.told = now + answered.told * day;
      else if (answered.rotated) model.told = undefined;
      judge();
    },
    use: async () => {
      const auth = await authNow(w, id);
      const noted = auth.usedAt === undefined || w.clock.now() - auth.usedAt >= 6 * hour;
      await noteUse(w.deps, auth, await currentService(w.deps, auth));
      if (noted) judge();
    },
    consent: async () => {
      await connect(id);
    },
    status: async () => {
      status = pick(statuses);
      await setVerification(w.deps, {
        by: actor(w),
        umbrellaId: over.id,
        input: record(status),
        ifMatch: undefined,
      });
      await applyVerification(w.deps, { organizationId: w.organizationId, umbrellaId: over.id });
      if (!underUmbrella || status.status === 'verified') return;
      model.demo = risky() ? (demoEnd(model.consent) ?? model.demo) : undefined;
      model.flagged = risky();
      judge();
    },
    learn: async () => {
      const item = await w.deps.store.get(services, serviceKey(w.organizationId, service.id));
      const seconds = next() < 0.3 ? undefined : pick([2, 10, 200]) * (day / 1000);
      await w.deps.store.replace(services, {
        ...item!,
        suspectedLifetimes:
          seconds === undefined ? undefined : { production: { seconds, since: w.clock.now(), ends: 5 } },
      });
      suspected = seconds === undefined ? undefined : seconds * 1000;
    },
  };
  const wrong: string[] = [];
  const compare = (auth: Auth, act: string) => {
    const found = auth.prediction?.end;
    if (found !== model.end || (auth.atRisk !== undefined) !== model.flagged)
      wrong.push(
        `${seed} after ${act}: ${String(found)} for ${String(model.end)}, ${JSON.stringify(auth.atRisk)}`,
      );
  };
  compare(await authNow(w, id), 'connect');
  for (let step = 0; step < 6 && wrong.length === 0; step += 1) {
    await w.clock.advance(Math.ceil(next() * pick([hour, day, 12 * day, 100 * day])));
    const act = pick(['refresh', 'refresh', 'use', 'consent', 'status', 'learn'] as const);
    await acts[act]();
    compare(await authNow(w, id), act);
  }
  return wrong;
};

describe('the predicted end', () => {
  it('is that of a plain model in 1,000 random histories', async () => {
    const wrong: string[] = [];
    const w = await world();
    for (let seed = 1; seed <= 1000 && wrong.length < 5; seed += 1) wrong.push(...(await play(w, seed)));
    expect(wrong).toEqual([]);
  }, 300_000);
});
