import { invalid } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { Values } from '../../protocols/protocol.ts';
import { isUnusable } from '../../protocols/unusable.ts';
import { secret } from '../../secret.ts';
import { groundOfFields, keepCredential, type Credential } from '../auths/credential.ts';
import { tryCredential } from '../auths/tested.ts';
import { demandUsableBase } from '../auths/usable-base.ts';
import { inOrder, readFields } from '../fields.ts';
import { currentService, type ServiceInUse } from '../services/current.ts';
import { tieOf } from '../services/edit-effect.ts';
import { triesOf } from '../services/next-secret.ts';
import { newVersion } from '../vault-version.ts';
import { editedMeanwhile } from '../versions.ts';
import { admitSession } from './admit.ts';
import { connectWith } from './arrive.ts';
import { finishConnect } from './finish.ts';
import { givenFields, keepFields } from './given-fields.ts';
import { scopeChoices, sessionOfLink, toProvider, type NextPage } from './open.ts';
import { sessions, type Session } from './session.ts';

/** What a person sent. `scopes` is absent when none were to be chosen. */
export interface Submitted {
  readonly fields: Values;
  readonly scopes?: readonly string[] | undefined;
}

interface Page {
  readonly session: Session;
  readonly service: ServiceInUse;
  readonly submitted: Submitted;
}

/** The form again, with what is wrong. */
const again = ({ session, service, submitted }: Page, wrong: Values): NextPage => {
  const known = service.definition.fields.filter(({ key }) => !session.given.includes(key) || key in wrong);
  const shown = known.filter(({ key, secret: hidden }) => !hidden && Object.hasOwn(submitted.fields, key));
  const chosen = submitted.scopes;
  return {
    kind: 'form',
    service,
    fields: inOrder(known),
    scopes: scopeChoices(service, session).map((choice) =>
      chosen ? { ...choice, chosen: chosen.includes(choice.scope) } : choice,
    ),
    wrong,
    filled: Object.fromEntries(shown.map(({ key }) => [key, submitted.fields[key] ?? ''])),
  };
};

const completeWithFields = async (deps: Deps, page: Page, fields: Values): Promise<NextPage> => {
  const { session, service } = page;
  const credential: Credential = { fields: { ...fields } };
  const tried = await tryCredential(deps, { service, credential });
  if (tried?.refused)
    return again(page, { '': `The service refused these values (${tried.code}). Check them.` });
  const version = newVersion(deps.random);
  const begun = await deps.store.replace(sessions, {
    ...session,
    status: 'pending',
    attempt: version,
    tie: tieOf(service.definition),
  });
  if (!begun) throw editedMeanwhile();
  const { organizationId, workspaceId, authId: id } = session;
  await keepCredential(deps, { organizationId, workspaceId, id }, { version, credential });
  return { kind: 'complete', session: await finishConnect(deps, begun, { version, credential, tried }) };
};

/** The provider is asked with the fields alone; what it refuses, the person may correct. */
const completeWithAnswer = async (deps: Deps, page: Page, fields: Values): Promise<NextPage> => {
  const { session, service } = page;
  demandUsableBase(deps, service, fields);
  const { issue } = protocolOf(service.definition.auth);
  if (!issue) return completeWithFields(deps, page, fields);
  const tries = await triesOf(await groundOfFields(deps, service, fields), issue);
  const ended = await connectWith(deps, { session, service, fields, tries });
  if (ended.status === 'complete') return { kind: 'complete', session: ended };
  return again({ ...page, session: ended }, { '': ended.error?.message ?? 'Nothing was connected.' });
};

/** Keeps what the person chose and filled in. */
const keep = async (deps: Deps, { session, submitted }: Page, fields: Values): Promise<Session> => {
  const chosen = submitted.scopes ? [...submitted.scopes] : session.chosenScopes;
  const kept = await keepFields(deps, { ...session, chosenScopes: chosen }, fields);
  if (!kept) throw editedMeanwhile();
  return kept;
};

/**
 * What the person sent over what there was: what a renewed auth was made with, but for fields that an edit has taken away. A
 * field left empty keeps what there was, where it is needed or hidden, for then the page did not show it.
 */
const valuesOf = ({ session, service, submitted }: Page, before: Values): Values => {
  const known = service.definition.fields;
  const keeps = (key: string) => known.some((field) => field.key === key && (field.required || field.secret));
  const own = Object.entries(submitted.fields).filter(
    ([key, value]) =>
      !session.given.includes(key) && !(value === '' && Object.hasOwn(before, key) && keeps(key)),
  );
  const kept = Object.entries(before).filter(([key]) => known.some((field) => field.key === key));
  return { ...Object.fromEntries(kept), ...Object.fromEntries(own) };
};

/** Takes the fields that the person filled in: an auth is made of them, or the person goes on to the provider. */
export const submitConnect = async (deps: Deps, link: string, submitted: Submitted): Promise<NextPage> => {
  const session = await sessionOfLink(deps, link);
  if (session.status === 'complete') return { kind: 'complete', session };
  const service = await currentService(deps, session);
  await admitSession(deps, session);
  const page = { session, service, submitted };
  const values = valuesOf(page, await givenFields(deps, session));
  const { values: given, errors } = readFields(service.definition.fields, values, '');
  const wrong = Object.fromEntries(errors.map(({ path, message }) => [path.slice(1), message]));
  if (errors.length > 0) return again(page, wrong);
  try {
    if (!protocolOf(service.definition.auth).consent) return await completeWithAnswer(deps, page, given);
    const kept = await keep(deps, page, given);
    return await toProvider(deps, { session: kept, service, fields: given, link: secret(link) });
  } catch (error) {
    if (isUnusable(error)) throw invalid('unusable_fields', `${error.message} Check the fields.`);
    throw error;
  }
};
