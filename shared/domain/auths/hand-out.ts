import * as z from 'zod';
import { invalid, notFound } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import { secret, type Secret } from '../../secret.ts';
import type { Actor } from '../actor.ts';
import { isoOrNull, Time } from '../inputs.ts';
import { readyCredential } from '../proxy/ready.ts';
import type { ReadyCredential } from '../proxy/send.ts';
import { currentService, type ServiceInUse } from '../services/current.ts';
import { amendAuth } from './amend.ts';
import type { Auth } from './auth.ts';
import { AuthCredentialRead, tell } from './events.ts';
import { freshCredential } from './fresh-credential.ts';
import { noteUse } from './note-use.ts';
import { needsReconnect } from './over.ts';

export const AccessToken = z.object({
  accessToken: z.string(),
  /** How it is to be presented, as the provider told: `Bearer` nearly always; null where it told nothing. */
  tokenType: z.string().nullable(),
  /** Null where the provider told no end. */
  expiresAt: Time.nullable(),
});

const none = (reason: string) =>
  invalid(
    'no_access_token',
    `This auth has no access token that could be handed out: ${reason} Send the calls through the proxy instead.`,
  );

/**
 * Only what a provider granted is handed out, only where it is good for a call by itself, and never what an end user has: builders
 * see no values of theirs (R27).
 */
const demandGrants = ({ endUserId }: Auth, { definition }: ServiceInUse): void => {
  if (endUserId !== undefined) throw none('it is of an end user, and nobody else sees what it holds.');
  const { provides, sign } = protocolOf(definition.auth);
  if (sign) throw none('its calls are signed, which takes secrets that stay here.');
  if (!provides.includes('access_token'))
    throw none('its credential is a key that was given once and does not end.');
};

/** A definition may point at another member of the answer: what outlives the token is not handed out under its name. */
const tokenOf = ({ opened, secrets }: ReadyCredential): Secret => {
  const token = opened.values['access_token'];
  if (token === undefined) throw none('the provider has granted none.');
  const lasting = [opened.refreshToken, ...Object.values(secrets)];
  if (lasting.some((kept) => kept?.reveal() === token)) throw none('what the provider granted does not end.');
  return secret(token);
};

interface HandOutInput {
  readonly actor: Pick<Actor, 'type' | 'id' | 'organizationId'>;
  readonly workspaceId: string;
  readonly authId: string;
}

/** The line of the history is written before the token leaves, and names the credential that the auth points to then. */
const noted = async (deps: Deps, { actor, ...where }: HandOutInput): Promise<Auth> => {
  const { organizationId } = actor;
  const written = await amendAuth(deps, { organizationId, authId: where.authId }, (auth) => {
    if (auth.workspaceId !== where.workspaceId || auth.state === 'deleting') return undefined;
    if (auth.state === 'needs_reconnect') throw needsReconnect(auth);
    const { accessExpiresAt } = auth.credential;
    const told = tell(deps, AuthCredentialRead, auth, {
      actorType: actor.type,
      actorId: actor.id,
      accessExpiresAt: isoOrNull(accessExpiresAt),
    });
    return { ...auth, outbox: [...auth.outbox, told] };
  });
  if (!written) throw notFound('auth');
  return written;
};

interface HandedOut {
  readonly token: Secret;
  readonly tokenType: string | null;
  readonly expiresAt: string | null;
}

/**
 * Hands out the access token of an auth, renewed where it is about to end, for an SDK that cannot call through the proxy; a
 * refresh token, a client secret or a static key never. It counts as a use. Rejects as `freshCredential` does, with 422
 * `no_access_token`, and with 503 when the credential is not found just now.
 */
export const handOut = async (deps: Deps, input: HandOutInput): Promise<HandedOut> => {
  const { actor, workspaceId, authId } = input;
  const { organizationId } = actor;
  const fresh = await freshCredential(deps, { organizationId, authId }, { workspaceId });
  const service = await currentService(deps, fresh);
  demandGrants(fresh, service);
  tokenOf(await readyCredential(deps, fresh, service));
  await noteUse(deps, fresh, service);
  const auth = await noted(deps, input);
  // Renewed by somebody else since: the one before may be worth nothing any more.
  const ready = await readyCredential(deps, auth, service);
  return {
    token: tokenOf(ready),
    tokenType: ready.opened.tokenType ?? null,
    expiresAt: isoOrNull(auth.credential.accessExpiresAt),
  };
};
