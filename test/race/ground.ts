import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { amendAuth } from '#shared/domain/auths/amend.ts';
import { authKey, auths, type Auth } from '#shared/domain/auths/auth.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { foundOrganization } from '#shared/domain/deployment/found.ts';
import { startServer } from '../../bench/processes.ts';
import { walkConsent } from '../../local/provider/consent.ts';
import { opened, oauth2Service } from '../support/nouns.ts';
import { startOidcServer } from '../support/oidc-server.ts';
import { clientSecret } from '../support/oidc-setup.ts';
import { startRacers, type Racer } from './crew.ts';
import type { Errand, Report } from './messages.ts';
import { makeTable, publicUrl, racePorts } from './ports.ts';
import { tokensOf } from './token.ts';

const redirectUri = `${publicUrl}/oauth/callback`;
const processes = 4;
/** Enough for the errand to reach every process before it begins. */
const headStart = 60;

interface RaceOptions extends Partial<Pick<Errand, 'askers' | 'apart' | 'broken'>> {
  /** In all processes together. */
  readonly callers?: number;
  readonly racers?: readonly Racer[];
}

/** What came of one race. */
export interface Outcome extends Omit<Report, 'id'> {
  /** How many renewals the provider was asked for meanwhile. */
  readonly calls: number;
  /** From the beginning to the last answer. */
  readonly milliseconds: number;
}

const sum = (reports: readonly Report[], count: (report: Report) => number): number =>
  reports.reduce((total, report) => total + count(report), 0);

/**
 * A database, a certified OAuth server that rotates refresh tokens, and four processes of the product between them. `delays`
 * names the server's clients, and how long each waits for the answer of a renewal.
 */
export const openGround = async (
  resources: AsyncDisposableStack,
  delays: Readonly<Record<string, number>>,
) => {
  const provider = await startOidcServer([redirectUri], delays);
  resources.defer(provider.stop);
  const port = await startServer(resources, new URL('./database.ts', import.meta.url));
  const rootKey = randomBytes(32).toString('base64');
  const setup = { databaseUrl: `http://127.0.0.1:${port}`, rootKey, provider: provider.host };
  await makeTable(setup.databaseUrl);
  const deps = racePorts(setup);
  const where = { deps, ...(await foundOrganization(deps)) };
  const { organizationId } = where;
  const racers = await startRacers(resources, setup, processes);

  const read = async (authId: string): Promise<Auth> => {
    const auth = await deps.store.get(auths, authKey(organizationId, authId));
    if (!auth) throw new Error('The auth of the race is gone.');
    return auth;
  };
  const amend = (authId: string, change: (auth: Auth) => Auth) =>
    amendAuth(deps, { organizationId, authId }, change);

  return {
    provider,
    read,
    amend,
    tokens: async (authId: string) => tokensOf(deps, await read(authId)),
    /** Another process, which may be killed. */
    another: async () => (await startRacers(resources, setup, 1))[0]!,

    /** An auth by a consent of its own at one of the server's clients. */
    connect: async (clientId: string): Promise<string> => {
      const service = await oauth2Service(where, {
        baseUrl: `${provider.issuer}/api`,
        auth: {
          ...{ clientId, clientSecret, clientAuthentication: 'client_secret_post', scopes: ['read'] },
          ...{ authorizationUrl: `${provider.issuer}/auth`, tokenUrl: `${provider.issuer}/token` },
        },
      });
      const { provider: url } = await opened(where, { serviceId: service.id });
      const { callbackUrl } = await walkConsent({ url: String(url), decision: 'allow' });
      const { searchParams: query } = new URL(callbackUrl);
      const done = await completeConnect(deps, { query, redirectUri });
      if (done.kind !== 'concluded' || done.session.status !== 'complete')
        throw new Error(`The consent ended otherwise: ${JSON.stringify(done)}`);
      return done.session.authId;
    },

    /** Lets the token of an auth be over, by the time that stands in the item. */
    expire: (authId: string) =>
      amend(authId, (auth) => ({
        ...auth,
        credential: { ...auth.credential, accessExpiresAt: Date.now() - 1000 },
        refreshAt: Date.now() - 1000,
      })),

    /** Callers in every process ask for the credential of an auth in the same moment. */
    race: async (clientId: string, authId: string, options: RaceOptions = {}): Promise<Outcome> => {
      const { callers = 500, racers: chosen = racers, ...more } = options;
      const { credential } = await read(authId);
      const before = (await provider.renewalsOf(clientId)).length;
      const at = Date.now() + headStart;
      const errand: Errand = {
        ...{ id: randomUUID(), organizationId, authId, version: credential.version, at },
        ...{ askers: ['proxy'], apart: false, broken: false, ...more },
        callers: callers / chosen.length,
      };
      const reports = await Promise.all(chosen.map((racer) => racer.run(errand)));
      return {
        answers: reports.flatMap(({ answers }) => answers),
        events: reports.flatMap(({ events }) => events),
        sent: sum(reports, ({ sent }) => sent),
        pauses: sum(reports, ({ pauses }) => pauses),
        pausedTogether: sum(reports, ({ pausedTogether }) => pausedTogether),
        reads: sum(reports, ({ reads }) => reads),
        vaultReads: sum(reports, ({ vaultReads }) => vaultReads),
        calls: (await provider.renewalsOf(clientId)).length - before,
        milliseconds: Date.now() - at,
      };
    },
  };
};

export type Ground = Awaited<ReturnType<typeof openGround>>;

/** Waits until something holds. Rejects after five seconds. */
export const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const end = Date.now() + 5000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('What was waited for did not come.');
    await setTimeout(20);
  }
};
