import { conflict, invalid } from '../../errors.ts';
import { newId, newToken } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { secret } from '../../secret.ts';
import { getAuth } from '../auths/get.ts';
import { fieldErrors } from '../fields.ts';
import { iso } from '../inputs.ts';
import { getUsableService } from '../services/get.ts';
import type { Service } from '../services/service.ts';
import { fieldsPurpose, hashOf, linkLife, linkText, sessions, type NewSession } from './session.ts';

interface StartConnectInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly input: NewSession;
}

const checkGiven = (service: Service, fields: Readonly<Record<string, string>>) => {
  const given = service.definition.fields.filter(({ key }) => Object.hasOwn(fields, key));
  const unknown = fieldErrors(given, fields, 'body.fields');
  if (unknown.length > 0) throw invalid('invalid_fields', 'Some fields cannot be used as they are.', unknown);
};

/** The auth that a session renews; it stays with its service. */
const renewedAuth = async (deps: Deps, { organizationId, workspaceId, input }: StartConnectInput) => {
  if (input.authId === undefined) return undefined;
  const auth = await getAuth(deps, { organizationId, workspaceId, authId: input.authId });
  if (auth.serviceId !== input.serviceId) {
    throw conflict('other_service', 'The auth was made with another service.', [
      {
        path: 'body.serviceId',
        message: `Expected ${auth.serviceId}, or leave authId out to make a new auth.`,
      },
    ]);
  }
  return auth;
};

/** Opens a connect session: one attempt of a person to make an auth, or to renew one in place. The link works for an hour. */
export const startConnect = async (
  deps: Deps,
  start: StartConnectInput,
): Promise<{ id: string; url: string; expiresAt: string }> => {
  const { organizationId, workspaceId, input } = start;
  const service = await getUsableService(deps, { organizationId, workspaceId, serviceId: input.serviceId });
  const fields = input.fields ?? {};
  checkGiven(service, fields);
  const auth = await renewedAuth(deps, start);
  const now = deps.clock.now();
  const id = newId('session', deps);
  const token = newToken(deps.random);
  const expiresAt = now + linkLife;
  await deps.store.insert(sessions, {
    id,
    organizationId,
    workspaceId,
    serviceId: service.id,
    authId: auth?.id ?? newId('auth', deps),
    renews: auth !== undefined,
    name: auth?.name ?? input.name ?? service.definition.name,
    endUserId: auth?.endUserId ?? input.endUserId,
    returnUrl: input.returnUrl,
    tokenHash: hashOf(secret(token)),
    given: Object.keys(fields),
    sealedFields: await deps.sealer.seal(fieldsPurpose(id), secret(JSON.stringify(fields))),
    status: 'pending',
    expiresAt,
    createdAt: now,
    revision: 0,
  });
  const link = linkText({ organizationId, id }, token);
  return { id, url: `${deps.settings.publicUrl}/connect/${link.reveal()}`, expiresAt: iso(expiresAt) };
};
