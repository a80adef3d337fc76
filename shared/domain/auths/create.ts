import { AppError, conflict, invalid, notFound } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { endOf } from '../../protocols/lifetime.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { Values } from '../../protocols/protocol.ts';
import { isUnusable } from '../../protocols/unusable.ts';
import { givenValues } from '../fields.ts';
import { iso } from '../inputs.ts';
import { demandAllowedType } from '../organization/policy.ts';
import { inUse, type ServiceInUse } from '../services/current.ts';
import { getUsableService } from '../services/get.ts';
import { triesOf } from '../services/next-secret.ts';
import { warningsOf, type Warning } from '../services/warnings.ts';
import { newVersion } from '../vault-version.ts';
import { admitNew } from './admit-new.ts';
import { credentialRef, type Auth } from './auth.ts';
import { insertConnected, type Connection } from './connected.ts';
import { readGeneric } from './create-generic.ts';
import { groundOfFields, keepCredential, type Credential } from './credential.ts';
import type { NewAuth } from './new-auth.ts';
import { obtainCredential } from './obtain.ts';
import { overtaken } from './overtaken.ts';
import { refuseUntested } from './tested.ts';
import { demandUsableBase } from './usable-base.ts';

interface CreateAuthInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly input: NewAuth;
}

const consentNeeded = (serviceId: string | undefined, workspaceId: string) =>
  invalid('consent_needed', 'This service needs the consent of a person: open a connect session.', [
    {
      path: `/v1/workspaces/${workspaceId}/connect-sessions`,
      message: `POST {"serviceId": "${String(serviceId)}"} here and send the person to the url of the answer.`,
    },
  ]);

const tokensNotTaken = () =>
  invalid('invalid_auth', 'This service has no tokens that could be imported.', [
    { path: 'body.credential', message: 'Leave it out and give the fields of the service.' },
  ]);

const imported = ({ accessToken, expiresAt, metadata, ...others }: NonNullable<NewAuth['credential']>) => ({
  from: 'import' as const,
  accessToken: accessToken.reveal(),
  refreshToken: others.refreshToken?.reveal(),
  tokenSecret: others.tokenSecret?.reveal(),
  // As in a provider's answer: zero times, such as year 1, are how many systems write that nothing ends.
  expiresAt: expiresAt === undefined ? undefined : endOf(iso(Date.parse(expiresAt))),
  metadata,
});

interface Parts {
  readonly service: ServiceInUse;
  readonly generic?: Auth['generic'];
  readonly fields: Values;
}

/** The service, and what fills it. */
const partsOf = async (
  deps: Deps,
  { organizationId, workspaceId, input }: CreateAuthInput,
): Promise<Parts> => {
  const { serviceId, endUserId } = input;
  if (serviceId === undefined) return readGeneric(deps, organizationId, input);
  const found = await getUsableService(deps, { organizationId, workspaceId, service: serviceId });
  await admitNew(deps, { organizationId, workspaceId, endUserId, serviceId: found.id });
  const service = inUse(found, input.environment);
  await demandAllowedType(deps, organizationId, service.definition.auth);
  const given = Object.entries(input.fields).map(([key, value]) => [key, value.reveal()] as const);
  const fields = givenValues(service.definition.fields, Object.fromEntries(given), 'body.fields');
  return { service, fields };
};

const refusedByProvider = (code: string) =>
  invalid(
    'credential_refused',
    `The provider refused what was given (${code}). Nothing was made; check the fields.`,
  );

const unavailable = (code: string) =>
  new AppError(
    502,
    'provider_unavailable',
    `The provider could not be asked (${code}). Nothing was made; repeat the call later.`,
  );

interface IssueInput extends Parts {
  readonly auth: Connection['auth'];
  readonly version: string;
}

/** Asks the provider for a credential from the fields alone, and keeps it. */
const issued = async (deps: Deps, { service, fields, auth, version }: IssueInput): Promise<Credential> => {
  const { issue } = protocolOf(service.definition.auth);
  if (!issue) throw consentNeeded(service.id, auth.workspaceId);
  const ground = await groundOfFields(deps, service, fields);
  const tries = await triesOf(ground, issue);
  const obtained = await obtainCredential(deps, { auth, service, tries, fields, version });
  if (obtained.kind === 'obtained') return obtained.credential;
  if (obtained.kind === 'interrupted') throw unavailable('no answer');
  if (obtained.kept) await deps.vault.remove(credentialRef(auth));
  throw obtained.transient ? unavailable(obtained.code) : refusedByProvider(obtained.code);
};

const credentialFor = async (deps: Deps, parts: IssueInput, input: NewAuth): Promise<Credential> => {
  const { service, fields, auth, version } = parts;
  const { issue, consent } = protocolOf(service.definition.auth);
  if (input.credential && !issue && !consent) throw tokensNotTaken();
  if (!input.credential && (issue ?? consent)) {
    try {
      return await issued(deps, parts);
    } catch (error) {
      if (isUnusable(error)) throw invalid('unusable_fields', `${error.message} Check the fields.`);
      throw error;
    }
  }
  const credential: Credential = {
    fields: { ...fields },
    grant: input.credential && imported(input.credential),
  };
  await keepCredential(deps, auth, { version, credential });
  return credential;
};

/**
 * Makes an auth of fields, or of tokens obtained elsewhere (R51), or a generic one (R1). The credential is kept, and tried by
 * the service's test, before the auth exists.
 */
export const createAuth = async (
  deps: Deps,
  create: CreateAuthInput,
): Promise<{ auth: Auth; warnings: readonly Warning[] }> => {
  const { organizationId, workspaceId, input } = create;
  const { service, generic, fields } = await partsOf(deps, create);
  demandUsableBase(deps, service, fields);
  const { name, endUserId, environment, tags, metadata } = input;
  const auth = {
    id: newId('auth', deps),
    organizationId,
    workspaceId,
    environment,
    generic,
    name,
    endUserId,
    tags,
    metadata,
  };
  const version = newVersion(deps.random);
  const credential = await credentialFor(deps, { service, fields, auth, version }, input);
  const discard = () => deps.vault.remove(credentialRef(auth));
  const tested = await refuseUntested(deps, { service, credential, discard });
  // The provider may have taken its time: what was published then may not be any more, or the sunset has come.
  await admitNew(deps, { organizationId, workspaceId, endUserId, serviceId: service.id }).catch(
    async (error: unknown) => {
      await discard();
      throw error;
    },
  );
  const made = await insertConnected(deps, { auth, service, version, credential, tested });
  if (made && (await overtaken(deps, made, service))) throw notFound('service');
  if (made) return { auth: made, warnings: warningsOf(service.definition, service.legacy) };
  await discard();
  throw conflict('unusable_credential', 'The credential given cannot be used with this service.');
};
