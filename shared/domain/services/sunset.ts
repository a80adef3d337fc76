import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Service } from './service.ts';

/** Rejects with 410 `service_sunset` once the sunset of a legacy service has come: no new auth is made with it (R17). */
export const refuseSunset = (
  { clock }: Pick<Deps, 'clock'>,
  { definition: { legacy } }: Pick<Service, 'definition'>,
): void => {
  if (legacy?.sunsetAt === undefined || Date.parse(legacy.sunsetAt) > clock.now()) return;
  const why = `This service takes no new auths since ${legacy.sunsetAt}; those that exist go on.`;
  throw new AppError(410, 'service_sunset', legacy.message === undefined ? why : `${why} ${legacy.message}`);
};
