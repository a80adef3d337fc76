import * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { auths, authsWith } from '../auths/auth.ts';
import type { Service } from './service.ts';

const mostRead = 2000;
const readAtOnce = 200;

/** How many auths there are. `atLeast`: not all were looked at, so there may be more. */
export const AuthCount = z.strictObject({ count: z.int(), atLeast: z.boolean() });
export type AuthCount = z.infer<typeof AuthCount>;

/**
 * Counts the auths made with a service that still work, in whichever workspace, by environment. Looks at 2,000 at the most, so
 * that a service with many costs no more than one with some.
 */
export const countAuths = async (
  { store }: Pick<Deps, 'store'>,
  { organizationId, id }: Pick<Service, 'organizationId' | 'id'>,
): Promise<(environments: readonly string[]) => AuthCount> => {
  const counts = new Map<string, number>();
  let after: string | undefined;
  for (let read = 0; read < mostRead; read += readAtOnce) {
    const page = await store.list(auths, { ...authsWith(organizationId, id), after, limit: readAtOnce });
    for (const { state, environment } of page.items)
      if (state === 'active' || state === 'failing')
        counts.set(environment, (counts.get(environment) ?? 0) + 1);
    after = page.next;
    if (after === undefined) break;
  }
  const atLeast = after !== undefined;
  return (environments) => ({
    count: environments.reduce((sum, environment) => sum + (counts.get(environment) ?? 0), 0),
    atLeast,
  });
};
