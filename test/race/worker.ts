import { setTimeout } from 'node:timers/promises';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { AppError } from '#shared/errors.ts';
import type { Deps } from '#shared/ports.ts';
import { Errand, Setup, type Report } from './messages.ts';
import { racePorts, watchedPorts } from './ports.ts';
import { hashOf, tokensOf } from './token.ts';

// One of the processes of a race.

const ports = racePorts(Setup.parse(JSON.parse(process.argv[2] ?? '')));

const optionsOf = (asker: Errand['askers'][number] | undefined, version: string) => {
  if (asker === 'refused') return { otherThan: version };
  return { ahead: asker === 'schedule' };
};

const call = async (deps: Deps, errand: Errand, place: number): Promise<string> => {
  const options = optionsOf(errand.askers[place % errand.askers.length], errand.version);
  try {
    return hashOf((await tokensOf(deps, await freshCredential(deps, errand, options))).access);
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};

const run = async (errand: Errand): Promise<Report> => {
  const { deps, counts, events } = watchedPorts(ports, errand);
  await setTimeout(Math.max(0, errand.at - Date.now()));
  const answers = await Promise.all(
    Array.from({ length: errand.callers }, (_, place) =>
      call(errand.apart ? { ...deps } : deps, errand, place),
    ),
  );
  return { id: errand.id, answers, events: events(), ...counts };
};

process.on('message', (message) => {
  void run(Errand.parse(message)).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
