import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { legacyOf } from './legacy.ts';
import type { Service } from './service.ts';

type MayBeLegacy = Pick<Service, 'origin' | 'legacy'>;

/** Whether the sunset of a legacy service has come. */
export const isOver = ({ clock }: Pick<Deps, 'clock'>, service: MayBeLegacy): boolean => {
  const sunsetAt = legacyOf(service)?.sunsetAt;
  return sunsetAt !== undefined && Date.parse(sunsetAt) <= clock.now();
};

/** Rejects with 410 `service_sunset` once the sunset of a legacy service has come: no new auth is made with it (R17). */
export const refuseSunset = (deps: Pick<Deps, 'clock'>, service: MayBeLegacy): void => {
  if (!isOver(deps, service)) return;
  const { sunsetAt = '', message } = legacyOf(service) ?? {};
  const why = `This service takes no new auths since ${sunsetAt}; those that exist go on.`;
  throw new AppError(410, 'service_sunset', message === undefined ? why : `${why} ${message}`);
};
