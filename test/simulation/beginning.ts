import { authKey, auths } from '#shared/domain/auths/auth.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { foundOrganization } from '#shared/domain/deployment/found.ts';
import { seededRandom } from '#shared/memory/random.ts';
import type { Deps } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';
import { oauth2Service, opened, redirectUri } from '../support/nouns.ts';
import { hold, newGround, type Ground, type Kept } from './ground.ts';
import { quietDeps } from './ports.ts';
import { planOf, type Plan } from './plan.ts';
import { codeFor, newProviderState, providerOf, type ProviderPlan } from './provider.ts';
import { schedulerOf } from './scheduler.ts';
import type { Row } from './store.ts';
import { witnessOf } from './witness.ts';

/** When every world begins. */
export const start = Date.UTC(2026, 2, 2, 9);

export interface Names {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly serviceId: string;
  readonly authIds: readonly string[];
}

/** A person's consent: the callback that the provider sends back. */
export const consent = async (
  deps: Deps,
  names: Omit<Names, 'authIds'>,
  { auth, authId }: { auth: number; authId?: string },
) => {
  const { state } = await opened({ deps, ...names }, { serviceId: names.serviceId, authId });
  return { query: new URLSearchParams({ code: codeFor(auth), state }), redirectUri };
};

interface Beginning {
  readonly names: Names;
  readonly rows: readonly (readonly [string, Row])[];
  readonly kept: readonly Kept[];
  readonly provider: ReturnType<typeof newProviderState>;
}

const make = async ({ model, lifeSeconds, graceSeconds: grace }: ProviderPlan): Promise<Beginning> => {
  const ground = newGround();
  const plan: Plan = { ...planOf(0), model, lifeSeconds, graceSeconds: grace };
  const scheduler = schedulerOf(plan, { start, note: () => undefined });
  const state = newProviderState();
  const provider = providerOf(plan, state);
  const broken = (what: string) => {
    throw new Error(`Before anything happened: ${what}`);
  };
  const held = () => undefined;
  const witness = {
    ...witnessOf({ provider, now: scheduler.now, held, broken }),
    wrote: () => undefined,
  };
  const random = seededRandom(7);
  const plain = quietDeps({ ground, scheduler, provider, witness, random, deliver: () => undefined });
  const kept: Kept[] = [];
  const deps: Deps = {
    ...plain,
    vault: {
      ...plain.vault,
      put: (ref, version, value) => {
        kept.push({ ref, version, value: value.reveal() });
        return plain.vault.put(ref, version, value);
      },
    },
  };
  const where = { deps, ...(await foundOrganization(deps)) };
  const rotation = model === 'non_rotating' ? 'none' : model;
  const graceSeconds = model === 'grace' ? grace : 0;
  const service = await oauth2Service(where, { auth: { refresh: { rotation, graceSeconds } } });
  const names = { ...where, serviceId: service.id };
  const authIds: string[] = [];
  for (const auth of [0, 1]) {
    const completed = await completeConnect(deps, await consent(deps, names, { auth }));
    if (completed.kind !== 'concluded') throw new Error('The beginning did not come about.');
    authIds.push(completed.session.authId);
  }
  for (const authId of authIds)
    if (!(await deps.store.get(auths, authKey(names.organizationId, authId))))
      throw new Error('The beginning has no auth.');
  const { organizationId, workspaceId } = where;
  return {
    names: { organizationId, workspaceId, serviceId: service.id, authIds },
    rows: [...ground.rows],
    kept,
    provider: state,
  };
};

const made = new Map<string, Promise<Beginning>>();

const beginningOf = (plan: Plan): Promise<Beginning> => {
  const name = `${plan.model}/${String(plan.lifeSeconds)}/${String(plan.graceSeconds)}`;
  const known = made.get(name) ?? make(plan);
  made.set(name, known);
  return known;
};

/** The same store and vault again, as if somebody had copied them. */
const groundOf = async (rows: Beginning['rows'], kept: readonly Kept[]): Promise<Ground> => {
  const ground = newGround();
  for (const [at, row] of rows) ground.rows.set(at, row);
  for (const { ref, version, value } of kept) {
    await ground.vault.put(ref, version, secret(value));
    hold(ground, { ref, version, value });
  }
  return ground;
};

/** A world with a service and its auths, each with a fresh token. Equal for equal plans. */
export const begin = async (
  plan: Plan,
): Promise<{ names: Names; ground: Ground; state: ReturnType<typeof newProviderState> }> => {
  const { names, rows, kept, provider } = await beginningOf(plan);
  return { names, ground: await groundOf(rows, kept), state: structuredClone(provider) };
};
