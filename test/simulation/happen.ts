import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { removeAuth } from '#shared/domain/auths/remove.ts';
import { completeConnect } from '#shared/domain/connect/complete.ts';
import { sweep, sweepFromStart } from '#shared/domain/schedule/sweep.ts';
import { consent } from './beginning.ts';
import type { Crew } from './crew.ts';
import type { Happening } from './plan.ts';
import { quietDeps } from './ports.ts';
import { authNow, whereOf, type World } from './world.ts';

/** A person goes to the provider and comes back, perhaps twice with the same callback. */
const reconnect = async (world: World, crew: Crew, { auth, process }: Happening) => {
  const { names, shared, scheduler } = world;
  const current = authNow(world, auth);
  if (!current || current.state === 'deleting') return;
  const deps = quietDeps({ ...shared, deliver: () => undefined });
  const callback = await consent(deps, names, { auth, authId: current.id });
  const arrive = (to: number) =>
    crew.begun(to, { name: `reconnect of ${auth}`, run: (ports) => completeConnect(ports, callback) });
  arrive(process);
  if (scheduler.chance.happens(0.3))
    scheduler.later(scheduler.chance.below(90_000), () => void arrive(process + 1));
};

/** Lets something happen. What it begins goes on by itself; what is awaited here are the person's own steps. */
export const happen = async (world: World, crew: Crew, happening: Happening): Promise<void> => {
  const { names, scheduler, provider, note } = world;
  const { act, auth, process } = happening;
  const where = whereOf(names, auth);
  const name = `${act} of ${auth}`;
  switch (act) {
    case 'proxy':
      return void crew.begun(process, {
        name,
        run: (deps) => freshCredential(deps, where, { workspaceId: where.workspaceId }),
        done: crew.served(scheduler.now()),
      });
    case 'refused_token':
      return void crew.begun(process, {
        name,
        run: async (deps) => {
          const { credential } = await freshCredential(deps, where, { workspaceId: where.workspaceId });
          return freshCredential(deps, where, { ...where, otherThan: credential.version });
        },
        done: crew.served(scheduler.now()),
      });
    case 'refresh_now':
      return void crew.begun(process, { name, run: (deps) => refreshNow(deps, where) });
    case 'schedule':
      return void crew.begun(process, { name: act, run: sweep });
    case 'schedule_from_start':
      return void crew.begun(process, { name: act, run: sweepFromStart });
    case 'reconnect':
      return reconnect(world, crew, happening);
    case 'remove':
      return void crew.begun(process, {
        name,
        run: (deps) => removeAuth(deps, { ...where, ifMatch: undefined }),
      });
    case 'person_revokes':
      note(() => `the person of ${auth} takes the permission back`);
      {
        provider.revoke(auth);
        return;
      }
    case 'vault_down': {
      note(() => 'the vault takes nothing for a while');
      world.ground.vaultDownUntil = scheduler.now() + scheduler.chance.below(20 * 60_000);
      return;
    }
    case 'crash': {
      scheduler.crash(crew.workers[process]!.process);
      return;
    }
  }
};
