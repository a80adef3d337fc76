import type * as z from 'zod';
import { conflict, invalid } from '../../errors.ts';
import { newId, newToken } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { secret } from '../../secret.ts';
import { admitNew } from '../auths/admit-new.ts';
import { getAuth } from '../auths/get.ts';
import { givenValues } from '../fields.ts';
import { iso } from '../inputs.ts';
import { demandAllowedType } from '../organization/policy.ts';
import { inUse } from '../services/current.ts';
import { production, type ServiceDefinition } from '../services/definition.ts';
import { getUsableService } from '../services/get.ts';
import type { Service } from '../services/service.ts';
import { warningsOf } from '../services/warnings.ts';
import {
  fieldsPurpose,
  hashOf,
  linkLife,
  linkText,
  sessions,
  type NewSession,
  type SessionLink,
} from './session.ts';

interface StartConnectInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly input: NewSession;
  /** Whether an end user opens it, by a session of their own. */
  readonly own?: boolean;
}

type Values = Readonly<Record<string, string>>;

/** The fields that the platform gives, checked; the person is asked for the others. */
const checkGiven = ({ fields: known }: ServiceDefinition, fields: Values): Values => {
  const unknown = Object.keys(fields).filter((key) => !known.some((field) => field.key === key));
  const given = known.filter(({ key }) => Object.hasOwn(fields, key) || unknown.length > 0);
  return givenValues(given, fields, 'body.fields');
};

const checkChosen = ({ auth }: ServiceDefinition, chosen: readonly string[] | undefined): void => {
  const optional = 'optionalScopes' in auth ? auth.optionalScopes.map(({ scope }) => scope) : [];
  const details = (chosen ?? [])
    .map((scope, index) => ({ scope, path: `body.optionalScopes.${String(index)}` }))
    .filter(({ scope }) => !optional.includes(scope))
    .map(({ path }) => ({
      path,
      message: `Expected one of ${optional.join(', ') || 'none: the service has none'}.`,
    }));
  if (details.length > 0) throw invalid('invalid_scopes', 'The service has no such optional scope.', details);
};

/** The auth that a session renews; it stays with its service. */
const renewedAuth = async (
  deps: Deps,
  { organizationId, workspaceId, input }: StartConnectInput,
  service: Service,
) => {
  if (input.authId === undefined) return undefined;
  const auth = await getAuth(deps, { organizationId, workspaceId, authId: input.authId });
  if (auth.serviceId !== service.id) {
    throw conflict('other_service', 'The auth was made with another service.', [
      {
        path: 'body.serviceId',
        message: `Expected ${auth.serviceId ?? 'none: this is a generic auth'}, or leave authId out to make a new auth.`,
      },
    ]);
  }
  if (input.environment !== undefined && input.environment !== auth.environment) {
    throw conflict('other_environment', 'The auth belongs to another environment.', [
      { path: 'body.environment', message: `Expected ${auth.environment}, or leave it out.` },
    ]);
  }
  return auth;
};

/** Opens a connect session: one attempt of a person to make an auth, or to renew one in place. The link works for an hour. */
export const startConnect = async (
  deps: Deps,
  start: StartConnectInput,
): Promise<z.infer<typeof SessionLink>> => {
  const { organizationId, workspaceId, input, own = false } = start;
  const found = await getUsableService(deps, { organizationId, workspaceId, service: input.serviceId });
  const auth = await renewedAuth(deps, start, found);
  // What exists already goes on, and may be connected again (R17, R26).
  if (!auth) {
    const { endUserId } = input;
    await admitNew(deps, { organizationId, workspaceId, endUserId, serviceId: found.id, own });
  }
  const environment = auth?.environment ?? input.environment ?? production;
  const { definition, legacy } = inUse(found, environment);
  await demandAllowedType(deps, organizationId, definition.auth);
  checkChosen(definition, input.optionalScopes);
  const fields = checkGiven(definition, input.fields ?? {});
  const now = deps.clock.now();
  const id = newId('session', deps);
  const token = newToken(deps.random);
  const expiresAt = now + linkLife;
  await deps.store.insert(sessions, {
    id,
    organizationId,
    workspaceId,
    serviceId: found.id,
    environment,
    authId: auth?.id ?? newId('auth', deps),
    renews: auth !== undefined,
    name: auth?.name ?? input.name ?? definition.name,
    tags: input.tags ?? [],
    metadata: input.metadata ?? {},
    endUserId: auth?.endUserId ?? input.endUserId,
    ...(own && { own }),
    chosenScopes: input.optionalScopes,
    returnUrl: input.returnUrl,
    tokenHash: hashOf(secret(token)),
    given: Object.keys(fields),
    sealedFields: await deps.sealer.seal(
      fieldsPurpose({ organizationId, id }).now,
      secret(JSON.stringify(fields)),
    ),
    status: 'pending',
    expiresAt,
    createdAt: now,
    revision: 0,
  });
  const link = linkText({ organizationId, id }, token);
  const url = `${deps.settings.publicUrl}/connect/${link.reveal()}`;
  return { id, url, expiresAt: iso(expiresAt), warnings: [...warningsOf(definition, legacy)] };
};
