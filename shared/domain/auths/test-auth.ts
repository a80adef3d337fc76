import * as z from 'zod';
import { conflict, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { iso, Time } from '../inputs.ts';
import { currentService } from '../services/current.ts';
import { amendAuth } from './amend.ts';
import { AuthTested, tell } from './events.ts';
import { freshCredential } from './fresh-credential.ts';
import { getAuth, type AuthInWorkspace } from './get.ts';
import { triedNow } from './tested.ts';
import { holdsTheSame, tryAuth, withTest } from './try-auth.ts';

export const TestView = z.object({
  ok: z.boolean(),
  /** `http_<status>` of the service's answer, or why there was none. */
  code: z.string(),
  account: z.string().nullable(),
  at: Time,
});

const noTest = () =>
  conflict(
    'no_test',
    'The service describes no test. Add one to its definition, such as {"test": {"path": "/me", "expect": [200]}}.',
  );

/**
 * Tries the credential of an auth by the call that its service describes, and notes how that ended. A good test ends the
 * failing of an auth that nothing renews; a bad one ends nothing. Rejects as `freshCredential` does, and with 409 `no_test`.
 */
export const testAuth = async (deps: Deps, where: AuthInWorkspace): Promise<z.infer<typeof TestView>> => {
  await getAuth(deps, where);
  const auth = await freshCredential(deps, where);
  const service = await currentService(deps, auth);
  if (!service.definition.test) throw noTest();
  const tried = await tryAuth(deps, auth, service);
  if (!tried) throw notFound('auth');
  const { ok, code } = tried;
  const noted = await amendAuth(deps, where, (current) => {
    if (current.state === 'deleting') return undefined;
    const told = tell(deps, AuthTested, current, { ok, code });
    const known = { ...current, outbox: [...current.outbox, told] };
    return holdsTheSame(current, auth)
      ? withTest(deps, known, { service, tried })
      : { ...known, ...triedNow(deps, tried) };
  });
  if (!noted?.tested) throw notFound('auth');
  return { ok, code, account: noted.account ?? null, at: iso(noted.tested.at) };
};
