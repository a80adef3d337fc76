import * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { LatchkeyEvent } from '../../events.ts';
import { AuthId, ServiceId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { AuthOutlived } from '../auths/events.ts';
import { serviceKey, services, type Service } from '../services/service.ts';
import { allEnds, endsKey, type Ends, type EndsPlace } from './ends.ts';
import { withEnd, withRenewal, type Seen } from './evidence.ts';
import { Life } from './life.ts';
import { markService } from './mark-service.ts';
import { tieIn } from './tie-in.ts';

const tries = 20;

/** What is read of the events that tell of an age. */
const Aged = z.looseObject({ authId: AuthId, serviceId: ServiceId.nullable(), life: Life.optional() });

/** Nothing is known yet, or so long ago that it was dropped: then the service knows still what was believed. */
const begun = (place: EndsPlace, service: Service): Ends => {
  const mark = service.suspectedLifetimes?.[place.environment];
  const suspected = mark && { ...mark, consentedFrom: mark.since, outlivedBy: [] };
  return { ...place, ends: [], suspected, changedAt: 0, revision: 0 };
};

type Change = (item: Ends) => Ends;

/** Notes what was seen, whoever else notes something meanwhile. What was known already is not written. */
const note = async (deps: Deps, begin: Ends, change: Change): Promise<void> => {
  for (let round = 0; round < tries; round += 1) {
    const found = await deps.store.get(allEnds, endsKey(begin));
    const next = change(found ?? begin);
    if (next === (found ?? begin)) return;
    if (await deps.store[found ? 'replace' : 'insert'](allEnds, next)) return;
  }
  throw new AppError(503, 'too_contended', 'Too many writers met on the ends of a service.');
};

/**
 * Learns from an auth that ended, or that was renewed beyond the age at which others ended: notes it, and has its service bear
 * what is believed now. Told twice, it counts once. What was made with another application than the present one teaches nothing.
 */
export const learnLifetime = async (
  deps: Deps,
  { organizationId, type, data }: LatchkeyEvent,
): Promise<void> => {
  const { authId, serviceId, life } = Aged.parse(data);
  if (serviceId === null || !life) return;
  const service = await deps.store.get(services, serviceKey(organizationId, serviceId));
  if (!service || tieIn(service.definition, life.environment) !== life.tie) return;
  const { environment, tie, epoch, consentedAt, seconds } = life;
  const place = { organizationId, serviceId, environment, tie };
  const seen: Seen = { authId, epoch, consentedAt: Date.parse(consentedAt), seconds };
  const change = type === AuthOutlived.type ? withRenewal : withEnd;
  await note(deps, begun(place, service), (item) => change(item, seen, deps.clock.now()));
  await markService(deps, place);
};
