import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Auth } from '../auths/auth.ts';
import { loadCredential, openCredential } from '../auths/credential.ts';
import { endUnreadable } from '../auths/end-unreadable.ts';
import { memory } from '../memory.ts';
import type { ServiceInUse } from '../services/current.ts';
import type { ReadyCredential } from './send.ts';

/** A version never changes, so what was opened once can be used until the auth points elsewhere or the definition changes. */
const opened = memory<ReadyCredential>(3_600_000);

/** The auth points to it, so it was kept: renewed twice since it was read, or a vault that is late. Another call finds it. */
const unavailable = () =>
  new AppError(503, 'credential_unavailable', 'The credential was not found just now. Repeat the call.');

/**
 * The credential of an auth, ready to be put on calls. Rejects with 409 `needs_reconnect` when it fits its service no more, and
 * with 503 when another call may find it.
 */
export const readyCredential = (deps: Deps, auth: Auth, service: ServiceInUse): Promise<ReadyCredential> =>
  opened.recall(deps, `${auth.id}/${auth.credential.version}/${String(service.version)}`, async () => {
    const kept = await loadCredential(deps, auth, auth.credential.version);
    if (!kept) throw unavailable();
    const open = openCredential(kept, service);
    if (!open) return endUnreadable(deps, auth, service);
    return { opened: open, secrets: await service.secrets(deps) };
  });
