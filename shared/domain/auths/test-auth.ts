import * as z from 'zod';
import { conflict, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { iso, Time } from '../inputs.ts';
import { readyCredential } from '../proxy/ready.ts';
import { currentService } from '../services/current.ts';
import { amendAuth } from './amend.ts';
import { loadCredential } from './credential.ts';
import { AuthTested, tell } from './events.ts';
import { freshCredential } from './fresh-credential.ts';
import { getAuth, type AuthInWorkspace } from './get.ts';
import { triedNow, tryCredential } from './tested.ts';

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
 * Tries the credential of an auth by the call that its service describes, and notes how that ended. Rejects as `freshCredential`
 * does, and with 409 `no_test`.
 */
export const testAuth = async (deps: Deps, where: AuthInWorkspace): Promise<z.infer<typeof TestView>> => {
  await getAuth(deps, where);
  const auth = await freshCredential(deps, where);
  const service = await currentService(deps, auth);
  if (!service.definition.test) throw noTest();
  await readyCredential(deps, auth, service);
  const credential = await loadCredential(deps, auth, auth.credential.version);
  const tried = credential && (await tryCredential(deps, { service, credential }));
  if (!tried) throw notFound('auth');
  const { ok, code } = tried;
  const noted = await amendAuth(deps, where, (current) =>
    current.state === 'deleting'
      ? undefined
      : {
          ...current,
          ...triedNow(deps, tried),
          outbox: [...current.outbox, tell(deps, AuthTested, current, { ok, code })],
        },
  );
  if (!noted?.tested) throw notFound('auth');
  return { ok, code, account: noted.account ?? null, at: iso(noted.tested.at) };
};
