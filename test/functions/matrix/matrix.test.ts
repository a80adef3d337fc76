import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { provide } from '#shared/deps.ts';
import { routes } from '#functions/routes.ts';
import { call } from '../../support/api.ts';
import { capturedOutput } from '../../support/output.ts';
import { signingKey, startIssuer } from '../../support/issuer.ts';
import { stage, type Stage, type Voucher } from './callers.ts';
import { places, rows, standing, type Caller, type Place } from './expected.ts';

type Outcome = 'let in' | 'forbidden' | 'hidden' | 'unknown';

const callers = Object.keys(standing) as Caller[];

/** What a refusal says: the place does not exist, the role falls short, or nobody knows who calls. */
const outcomeOf = (status: number, code: string | undefined): Outcome => {
  if (status === 401) return 'unknown';
  if (status === 403) return 'forbidden';
  return code === 'workspace_not_found' ? 'hidden' : 'let in';
};

const expected = (name: string, caller: Caller, place: Place): Outcome => {
  const row = rows[name]!;
  if (row.at === 'open') return 'let in';
  if (caller === 'no credential') return 'unknown';
  const here = standing[caller][place];
  if (here === 'hidden') return 'hidden';
  if (row.persons && !caller.startsWith('user')) return 'forbidden';
  if (row.at === 'organization' && !row.boundKeys && caller.startsWith('key of a workspace'))
    return 'forbidden';
  const who = (place === 'embedded workspace' && row.embedded) || row.who;
  return who.includes(here) ? 'let in' : 'forbidden';
};

const prefixes: Readonly<Record<string, string>> = {
  serviceId: 'svc',
  authId: 'auth',
  sessionId: 'cs',
  umbrellaId: 'umb',
  subscriptionId: 'sub',
  deliveryId: 'dlv',
  keyId: 'key',
  organizationId: 'org',
  removedId: 'ws',
  connectorId: 'con',
  importId: 'imp',
  solutionId: 'sol',
  endUserSessionId: 'eus',
  receiptId: 'rcp',
};

/** Parameters of a form of their own. */
const formed: Readonly<Record<string, string>> = { digestId: 'daily-1772409600000' };

/** What stands in the path, of a thing that nobody has: whoever is let in finds nothing, and changes nothing. */
const valuesFor = (path: string, workspaceId: string | undefined): Record<string, string> =>
  Object.fromEntries(
    [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name = '']) => {
      const prefix = prefixes[name];
      const value = prefix === undefined ? (formed[name] ?? 'x') : `${prefix}_${'0'.repeat(26)}`;
      return [name, name === 'workspaceId' ? workspaceId! : value];
    }),
  );

const fill = (path: string, values: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\+?\}/g, (_, name: string) => values[name]!);

let output: ReturnType<typeof capturedOutput>;
let voucher: Voucher;
beforeAll(async () => {
  output = capturedOutput();
  voucher = { issuer: await startIssuer(), key: await signingKey('one') };
  voucher.issuer.state.keys.push(voucher.key.jwk);
});
afterAll(async () => {
  await voucher.issuer.stop();
  output.stop();
});

const attempt = async (
  on: Stage,
  { noun, route }: (typeof routes)[number],
  { caller, place }: { caller: Caller; place: Place },
): Promise<Outcome> => {
  const path = valuesFor(route.path, place === 'none' ? undefined : on.workspaces[place]);
  const { handler } = (await import(`#functions/${noun}/lambda.ts`)) as { handler: unknown };
  const method = route.method === 'ANY' ? 'POST' : route.method;
  // Of what is there all the same, such as the workspace, nobody holds this version.
  const headers = { 'if-match': '"99"', ...on.callers[caller] };
  const { status, json, error } = await call(handler, { method, path: fill(route.path, path), headers });
  return outcomeOf(status, 'error' in json ? error.code : undefined);
};

describe('every route for every caller at every place (R56)', () => {
  it('has a row for each route, and no row for another', () => {
    expect(Object.keys(rows).toSorted()).toEqual(routes.map(({ route }) => route.name).toSorted());
  });

  it.each(routes.map((each) => [each.route.name, each] as const))('%s', async (name, each) => {
    const row = rows[name];
    expect({ name, row: row !== undefined }).toEqual({ name, row: true });
    expect(each.route.path.includes('{workspaceId}')).toBe(row?.at === 'workspace');
    const on = await stage(voucher);
    provide(on.w.deps);
    const [none, ...inWorkspaces] = places;
    const seen: Record<string, Outcome> = {};
    const due: Record<string, Outcome> = {};
    for (const caller of callers)
      for (const place of row?.at === 'workspace' ? inWorkspaces : [none]) {
        seen[`${caller} @ ${place}`] = await attempt(on, each, { caller, place });
        due[`${caller} @ ${place}`] = expected(name, caller, place);
      }
    expect(seen).toEqual(due);
  });
});
