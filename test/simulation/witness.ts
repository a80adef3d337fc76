import type { Auth } from '#shared/domain/auths/auth.ts';
import { onTrial } from '#shared/domain/auths/on-trial.ts';
import type { LatchkeyEvent } from '#shared/events.ts';
import { mark, type Provider, type TokenCall } from './provider.ts';

/** What the witness may look at. */
export interface Seen {
  readonly provider: Provider;
  readonly now: () => number;
  /** The versions that the vault holds of an auth. */
  readonly held: (auth: Auth) => ReadonlyMap<string, string> | undefined;
  /** Says that an invariant is broken. */
  readonly broken: (what: string) => void;
}

const count = (events: readonly LatchkeyEvent[], type: string) =>
  events.filter((event) => event.type === type).length;

/** The access token in what the vault holds. */
export const accessTokenIn = (text: string | undefined): string | undefined =>
  /at-\d+-hush/.exec(text ?? '')?.[0];

/** Watches every write and every call, and says when what must hold does not. */
export const witnessOf = ({ provider, now, held, broken }: Seen) => {
  const told = new Map<string, LatchkeyEvent>();
  const published = new Set<string>();
  const gone = new Set<string>();
  const ended = new Set<number>();
  const leases = new Map<string, { readonly process: string; readonly at: number; readonly until: number }>();
  const latestLease = new Map<string, { readonly id: string; readonly until: number }>();
  const authOf = new Map<number, string>();
  const { calls } = provider.state;

  const grantBehind = (auth: Auth) => {
    const token = accessTokenIn(held(auth)?.get(auth.credential.version));
    return token === undefined ? undefined : provider.grantOfAccess(token);
  };

  /** Lost for good reason: its answer was never kept, or only after the lease of its holder had ended. */
  const excused = ({ keptAt, leaseUntil }: TokenCall): boolean => keptAt === undefined || keptAt > leaseUntil;

  const checkNews = (before: Auth | undefined, after: Auth) => {
    const known = new Set(before?.outbox.map(({ id }) => id));
    const left = new Set(after.outbox.map(({ id }) => id));
    for (const { id, type } of before?.outbox ?? [])
      if (!left.has(id) && !published.has(id))
        broken(`the event ${type} left the outbox and was not published`);
    const news = after.outbox.filter(({ id }) => !known.has(id));
    for (const event of news) {
      if (told.has(event.id)) broken(`the event ${event.type} is told by two writes`);
      told.set(event.id, event);
    }
    const was = before?.state;
    const is = after.state;
    const expected = {
      'auth.needs_reconnect': was !== is && is === 'needs_reconnect' ? 1 : 0,
      'auth.refresh_failed': was === 'active' && is === 'failing' ? 1 : 0,
      'auth.deleted': was !== is && is === 'deleting' ? 1 : 0,
      'auth.connected': before?.epoch !== after.epoch ? 1 : 0,
      'auth.recovered': before?.epoch === after.epoch && was !== is && is === 'active' ? 1 : 0,
    };
    for (const [type, number] of Object.entries(expected))
      if (count(news, type) !== number)
        broken(`${was ?? 'nothing'} → ${is} tells ${count(news, type)} × ${type} instead of ${number}`);
  };

  const checkLease = (process: string, before: Auth, after: Auth) => {
    const was = before.attempt;
    const is = after.attempt;
    if (is && is.id !== was?.id) {
      leases.set(is.id, { process, at: now(), until: is.until });
      latestLease.set(`${process}/${after.id}`, { id: is.id, until: is.until });
      if ((after.state === 'needs_reconnect' && !onTrial(before)) || after.state === 'deleting')
        broken(`a lease is taken on an auth that is ${after.state}`);
    }
    const live = was !== undefined && was.until > now() && before.epoch === after.epoch;
    if (!live || is?.id === was.id || after.state === 'deleting') return;
    const owner = leases.get(was.id)?.process;
    if (before.credential.version === after.credential.version && owner !== process)
      broken(`${process} takes away the lease of ${owner ?? 'nobody'}`);
  };

  const checkPointer = (before: Auth | undefined, after: Auth) => {
    if (before?.credential.version === after.credential.version) return;
    const grant = grantBehind(after);
    if (!grant) {
      broken('the auth points to a version that the vault does not hold');
      return;
    }
    if (before?.epoch !== after.epoch) return;
    const old = grantBehind(before);
    if (old && old.id !== grant.id) broken('a renewal brings back the credential of another consent');
  };

  const checkEnd = (before: Auth | undefined, after: Auth) => {
    if (after.state === before?.state) return;
    const grant = grantBehind(after);
    if (after.state !== 'needs_reconnect') return;
    const why = `needs_reconnect (${after.cause ?? 'no cause'})`;
    if (!grant || grant.alive) {
      broken(`${why}, and the grant is alive`);
      return;
    }
    if (ended.has(grant.id)) broken('the end of one grant is told twice');
    else if (grant.endedBy === 'reuse' && after.cause !== 'lost_rotation')
      broken(`${why}, and it was an answer that was lost`);
    if (after.cause !== 'revoked' && after.cause !== 'lost_rotation')
      broken(`${why}, which nothing explains`);
    ended.add(grant.id);
  };

  return {
    /** An auth was written. */
    wrote: (process: string, before: Auth | undefined, after: Auth) => {
      if (gone.has(after.id)) broken('an auth that was removed is there again');
      if (before?.state === 'deleting' && after.state !== 'deleting') broken('a deleted auth comes back');
      checkNews(before, after);
      if (before) checkLease(process, before, after);
      if (after.state !== 'deleting') checkPointer(before, after);
      checkEnd(before, after);
    },
    removed: (before: Auth) => {
      gone.add(before.id);
      if (before.state !== 'deleting') broken(`an auth that is ${before.state} is removed`);
      for (const { id, type } of before.outbox)
        if (!published.has(id)) broken(`the event ${type} is removed before it is published`);
    },
    /** Something was written or published: no secret is in it. */
    shown: (what: string, value: unknown) => {
      if (JSON.stringify(value).includes(mark)) broken(`a token lies in ${what}`);
    },
    published: (events: readonly LatchkeyEvent[]) => {
      for (const { id } of events) published.add(id);
    },
    isPublished: (id: string) => published.has(id),
    /** A refresh token goes out. */
    sent: (process: string, token: string): TokenCall => {
      const grant = provider.grantOf(token);
      const auth = grant && authOf.get(grant.auth);
      const lease = latestLease.get(`${process}/${auth ?? ''}`);
      const call: TokenCall = {
        id: calls.length,
        process,
        token,
        sentAt: now(),
        attempt: lease?.id,
        leaseUntil: lease?.until ?? 0,
        ended: false,
        granted: false,
        garbled: false,
        accessToken: undefined,
        keptAt: undefined,
      };
      if (!lease) broken('a token call without a lease');
      for (const other of calls)
        if (!other.ended && other.leaseUntil > now() && provider.grantOf(other.token) === grant)
          broken(`two token calls in flight: ${other.process} and ${process}`);
      calls.push(call);
      return call;
    },
    /** A refresh token arrives at the provider. */
    spent: ({ token, id }: TokenCall) => {
      if (provider.model === 'non_rotating') return;
      for (const use of provider.usesOf(token))
        if (use.id < id && !excused(use))
          broken(`the refresh token ${token} is used twice, and the first answer was kept`);
    },
    /** The vault keeps a version. */
    kept: (text: string) => {
      const token = accessTokenIn(text);
      const call = token && calls.findLast(({ accessToken }) => accessToken === token);
      if (call) call.keptAt ??= now();
    },
    /** What the vault did not take lies in escrow: it is not lost either. */
    inEscrow: (version: string) => {
      const call = calls.findLast(
        ({ attempt, granted, garbled }) => attempt === version && granted && !garbled,
      );
      if (call) call.keptAt ??= now();
    },
    knows: (auth: number, authId: string) => {
      authOf.set(auth, authId);
    },
    told: () => [...told.values()],
    grantBehind,
  };
};

export type Witness = ReturnType<typeof witnessOf>;
