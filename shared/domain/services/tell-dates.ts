import { newEvent, type LatchkeyEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { umbrellaOf } from '../auths/risk.ts';
import { iso } from '../inputs.ts';
import { replaceAndTell } from '../outbox.ts';
import { authsUrl, nextIsSet, usersOf } from './client-secrets.ts';
import { countAuths } from './count-auths.ts';
import { inUse } from './current.ts';
import { dueDates, nameOf, type DateKind, type DueDate } from './dates.ts';
import { environmentsOf } from './environment.ts';
import { legacyOf } from './legacy.ts';
import { ClientSecretExpiring, LegacySunset } from './events.ts';
import { serviceKey, services, type Service } from './service.ts';

interface Telling extends DueDate {
  readonly service: Service;
  readonly countIn: Awaited<ReturnType<typeof countAuths>>;
}

const secretAdvice = (nextSet: boolean, over: boolean): string => {
  if (nextSet)
    return 'The next client secret is set and takes over by itself when the provider refuses this one. Make sure that the provider knows it.';
  return over
    ? 'Make a new client secret at the provider and set it as auth.clientSecret. Auths go on until their tokens end.'
    : 'Make a second client secret at the provider and set it as auth.nextClientSecret: it takes over by itself when this one ends.';
};

const common = async (deps: Deps, { date, lead, service }: Telling, environments: readonly string[]) => ({
  serviceId: service.id,
  workspaceId: service.workspaceId,
  leadSeconds: Math.round(lead / 1000),
  authsUrl: await authsUrl(deps, service),
  at: iso(date.at),
  environments,
});

/** What is told of each kind of date. */
const tellings: Readonly<Record<DateKind, (deps: Deps, telling: Telling) => Promise<LatchkeyEvent>>> = {
  client_secret: async (deps, telling) => {
    const { service, date, lead, countIn } = telling;
    const { organizationId } = service;
    const { environment } = date;
    const umbrella = await umbrellaOf(deps, inUse(service, environment));
    const nextSet = nextIsSet(service, environment);
    const users = usersOf(service, environment);
    const { at: expiresAt, environments, ...about } = await common(deps, telling, users);
    const data = {
      ...about,
      environment,
      expiresAt,
      nextSet,
      auths: countIn(environments),
      advice: secretAdvice(nextSet, lead === 0),
      link: umbrella?.consoleUrl ?? umbrella?.supportUrl ?? null,
    };
    return newEvent(deps, ClientSecretExpiring, { organizationId, data });
  },
  legacy_sunset: async (deps, telling) => {
    const { service, countIn } = telling;
    const { organizationId, definition } = service;
    const all = environmentsOf(definition);
    const { at: sunsetAt, environments, ...about } = await common(deps, telling, all);
    const message = legacyOf(service)?.message ?? null;
    const data = { ...about, sunsetAt, message, auths: countIn(environments) };
    return newEvent(deps, LegacySunset, { organizationId, data });
  },
};

const rounds = 20;

/**
 * Tells of the dates of a service whose time has come: once at each lead time, and at the date itself. What was told is written in
 * the same write, so that told twice it happens once; the version that readers see stays.
 */
export const tellServiceDates = async (
  deps: Deps,
  { organizationId, serviceId }: { organizationId: string; serviceId: string },
): Promise<void> => {
  for (let round = 0; round < rounds; round += 1) {
    const service = await deps.store.get(services, serviceKey(organizationId, serviceId));
    if (!service || service.removedAt !== undefined) return;
    const due = dueDates(service, deps.clock.now());
    if (due.length === 0) return;
    const countIn = await countAuths(deps, service);
    const events: LatchkeyEvent[] = [];
    for (const { date, lead } of due)
      events.push(await tellings[date.kind](deps, { date, lead, service, countIn }));
    const told = due.map(({ date, lead }) => [nameOf(date), { at: date.at, lead }] as const);
    const written = await replaceAndTell(deps, services, {
      ...service,
      toldDates: { ...service.toldDates, ...Object.fromEntries(told) },
      outbox: [...service.outbox, ...events],
    });
    if (written) return;
  }
  throw new Error('Too many writers met on a service.');
};
