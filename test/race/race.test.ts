import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openGround, until, type Ground, type Outcome } from './ground.ts';
import { askers } from './messages.ts';
import { hashOf } from './token.ts';

// Figure 3 of "Refresh exactly once, lose nothing": a server that is not ours says whether a refresh token was spent twice.

const resources = new AsyncDisposableStack();
const patience = 100_000;
/** The server's clients, and for how many milliseconds each waits for what it is granted. */
const delays = {
  ...{ oracle: 0, careless: 0, swift: 0, mixed: 0, apart: 0, refused: 0 },
  ...{ killed: 10_000, slow: 11_000, slower: 45_000 },
};
type Client = keyof typeof delays;

interface Raced {
  readonly authId: string;
  readonly outcome: Outcome;
}

let ground: Ground;
/** These run beside all others, each on an auth of its own. */
let slow: Readonly<Record<'slow' | 'slower', Promise<Raced>>>;

const oneRound = async (client: Client): Promise<Raced> => {
  const authId = await ground.connect(client);
  await ground.expire(authId);
  return { authId, outcome: await ground.race(client, authId) };
};

beforeAll(async () => {
  ground = await openGround(resources, delays);
  slow = { slow: oneRound('slow'), slower: oneRound('slower') };
  for (const race of Object.values(slow)) race.catch(() => undefined);
}, patience);

afterAll(() => resources.disposeAsync());

const range = (figures: readonly number[]) =>
  `${String(Math.min(...figures))} to ${String(Math.max(...figures))}`;

const show = (what: string, outcomes: readonly Outcome[]) => {
  const reads = range(outcomes.map((outcome) => outcome.reads + outcome.vaultReads));
  const milliseconds = range(outcomes.map((outcome) => outcome.milliseconds));
  console.log(`${what}: ${String(outcomes.length)} rounds, ${reads} reads and ${milliseconds} ms a round`);
};

/** One renewal, one event, one token for all, and the server takes it. */
const expectOneRenewal = async ({ authId, outcome }: Raced, callers = 500) => {
  const { access } = await ground.tokens(authId);
  expect(outcome.answers).toHaveLength(callers);
  expect([...new Set(outcome.answers)]).toEqual([hashOf(access)]);
  expect(outcome).toMatchObject({ calls: 1, sent: 1, events: ['auth.refreshed'] });
  expect(await ground.provider.me(access)).toBe(200);
  expect(await ground.provider.isActive(access)).toBe(true);
};

/** In each of the four processes one waits, and looks again, for all: so many callers read what four would. */
const expectFourToWait = ({ pausedTogether }: Outcome) => expect(pausedTogether).toBeLessThanOrEqual(4);

/** The refresh token that the vault holds renews: so the grant lives, and what was kept is the newest of its line. */
const expectLiving = async (client: Client, authId: string) => {
  const { refresh } = await ground.tokens(authId);
  const renewed = await ground.provider.spend(client, refresh);
  expect(renewed).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) });
};

/** Races again and again on one auth: each renewal spends what the one before has brought. */
const rounds = async (
  client: Client,
  count: number,
  options: Parameters<Ground['race']>[2] = {},
): Promise<readonly Outcome[]> => {
  const authId = await ground.connect(client);
  const outcomes: Outcome[] = [];
  for (let round = 0; round < count; round += 1) {
    await ground.expire(authId);
    const outcome = await ground.race(client, authId, options);
    await expectOneRenewal({ authId, outcome }, options.callers);
    outcomes.push(outcome);
  }
  await expectLiving(client, authId);
  show(client, outcomes);
  expect(new Set(outcomes.map(({ answers }) => answers[0])).size).toBe(count);
  // Otherwise they did not meet.
  expect(outcomes.reduce((sum, { pauses }) => sum + pauses, 0)).toBeGreaterThanOrEqual(count);
  return outcomes;
};

describe('the server that is the oracle', () => {
  it('ends the whole grant when a refresh token is spent twice', async () => {
    const authId = await ground.connect('oracle');
    const { access, refresh } = await ground.tokens(authId);
    const renewed = (await ground.provider.spend('oracle', refresh)) as Record<string, string>;
    expect(await ground.provider.isActive(renewed['access_token']!)).toBe(true);
    const refusal = { error: 'invalid_grant' };
    expect(await ground.provider.spend('oracle', refresh)).toMatchObject(refusal);
    expect(await ground.provider.isActive(renewed['access_token']!)).toBe(false);
    expect(await ground.provider.me(access)).toBe(401);
    expect(await ground.provider.spend('oracle', renewed['refresh_token']!)).toMatchObject(refusal);
    expect(await ground.provider.renewalsOf('oracle')).toHaveLength(3);
  });

  it('sees a store in which two can hold one lease', async () => {
    const authId = await ground.connect('careless');
    await ground.expire(authId);
    const options = { callers: 12, apart: true, broken: true };
    const outcome = await ground.race('careless', authId, options);
    expect(outcome.calls).toBeGreaterThan(1);
    const { access, refresh } = await ground.tokens(authId);
    expect(await ground.provider.me(access)).toBe(401);
    expect(await ground.provider.spend('careless', refresh)).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('500 callers in 4 processes on one auth', () => {
  it(
    'make one renewal of a token that is over, and all have the new one, twenty times',
    async () => {
      for (const outcome of await rounds('swift', 20)) expectFourToWait(outcome);
    },
    patience,
  );

  it(
    'make one renewal whoever asks: the proxy, a call that was refused, the schedule',
    async () => {
      await rounds('mixed', 3, { askers: [...askers] });
    },
    patience,
  );

  it('make one renewal when their calls were refused while the token was not over', async () => {
    const authId = await ground.connect('refused');
    const outcome = await ground.race('refused', authId, { askers: ['refused'] });
    await expectOneRenewal({ authId, outcome });
    await expectLiving('refused', authId);
  });
});

describe('40 callers of whom none shares a memory with another, as on Lambda', () => {
  it(
    'make one renewal of a token that is over, and all have the new one',
    async () => {
      await rounds('apart', 3, { callers: 40, apart: true });
    },
    patience,
  );
});

describe('a process that is killed when the server has spent the token and not answered', () => {
  it(
    'costs one call more, then the auth waits for its person, whoever of 500 callers asks',
    async () => {
      const authId = await ground.connect('killed');
      await ground.expire(authId);
      const victim = await ground.another();
      const unheard = ground.race('killed', authId, { callers: 1, racers: [victim] }).catch(() => 'killed');
      await until(async () => (await ground.provider.renewalsOf('killed')).length === 1);
      await victim.kill();
      expect(await unheard).toBe('killed');
      // Nobody waits for 90 s here: the lease of the dead ends at once.
      await ground.amend(authId, (auth) => ({ ...auth, attempt: { ...auth.attempt!, until: Date.now() } }));

      const outcome = await ground.race('killed', authId);
      expect([...new Set(outcome.answers)]).toEqual(['needs_reconnect']);
      expect(outcome).toMatchObject({ calls: 1, events: ['auth.needs_reconnect'] });
      expect(await ground.read(authId)).toMatchObject({ state: 'needs_reconnect', cause: 'lost_rotation' });
      expect(await ground.race('killed', authId)).toMatchObject({ calls: 0, events: [] });
    },
    patience,
  );
});

describe('a token endpoint that is slow', () => {
  it.each([
    ['11 s', 'slow'],
    ['45 s', 'slower'],
  ] as const)(
    'is called once by 500 callers in 4 processes, who wait for its answer of %s',
    async (_, client) => {
      const raced = await slow[client];
      show(client, [raced.outcome]);
      expect(raced.outcome.milliseconds).toBeGreaterThan(delays[client]);
      await expectOneRenewal(raced);
      expectFourToWait(raced.outcome);
      const { refresh } = await ground.tokens(raced.authId);
      expect(await ground.provider.isActive(refresh)).toBe(true);
    },
    patience,
  );
});
