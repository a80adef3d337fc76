import type * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { recentService } from '../services/current.ts';
import { type Auth } from './auth.ts';
import { showAuth, type AuthView, type ServiceLabel } from './view.ts';

const labelOf = async (deps: Deps, auth: Auth): Promise<ServiceLabel | null> => {
  if (auth.serviceId === undefined) return null;
  try {
    const { definition, kind } = await recentService(deps, auth);
    return { name: definition.name, icon: definition.icon ?? null, kind };
  } catch (error) {
    // The service, or this environment of it, is being deleted.
    if (error instanceof AppError) return null;
    throw error;
  }
};

/** An auth as callers see it, with the name and icon of its service (R36), at most five seconds old. */
export const describeAuth = async (deps: Deps, auth: Auth): Promise<z.infer<typeof AuthView>> =>
  showAuth(auth, await labelOf(deps, auth));
