import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import { protocolOf } from '../../protocols/protocol-of.ts';
import type { Values } from '../../protocols/protocol.ts';
import { secret, type Secret } from '../../secret.ts';
import { inOrder, missingFields } from '../fields.ts';
import { currentService, type ServiceInUse } from '../services/current.ts';
import type { Field } from '../services/field.ts';
import { admitSession } from './admit.ts';
import { departToProvider } from './depart.ts';
import { settleSession } from './finish.ts';
import { givenFields } from './given-fields.ts';
import { hashOf, readLink, sessionKey, sessions, type Session } from './session.ts';

/** A scope that the person may leave out, and whether it is ticked. */
interface ScopeChoice {
  readonly scope: string;
  readonly title: string;
  readonly chosen: boolean;
}

/** What the person sees next: a form, the provider, or the end. */
export type NextPage =
  | {
      readonly kind: 'form';
      readonly service: ServiceInUse;
      readonly fields: readonly Field[];
      readonly scopes: readonly ScopeChoice[];
      /** What was wrong with what was filled in before, by the key of the field; `` for the whole. */
      readonly wrong: Values;
      /** What was filled in before, but for secrets. */
      readonly filled: Values;
    }
  | { readonly kind: 'provider'; readonly url: URL }
  | { readonly kind: 'complete'; readonly session: Session };

const deadLink = () =>
  new AppError(
    404,
    'link_not_found',
    'This link does not work, or its time is over. Ask for a new one where you got it.',
  );

/** The session of a link, settled. 404 `link_not_found` when the link is not one, or its time is over. */
export const sessionOfLink = async (deps: Deps, link: string): Promise<Session> => {
  const read = readLink(link);
  const session = read && (await deps.store.get(sessions, sessionKey(read.organizationId, read.id)));
  const fits = session && timingSafeEqual(Buffer.from(hashOf(read.token)), Buffer.from(session.tokenHash));
  if (!fits || session.expiresAt <= deps.clock.now()) throw deadLink();
  return settleSession(deps, session);
};

/** The scopes that the person chooses among; none when the platform, or the person before, has chosen. */
export const scopeChoices = (
  { definition: { auth } }: ServiceInUse,
  session: Session,
): readonly ScopeChoice[] =>
  'optionalScopes' in auth && session.chosenScopes === undefined
    ? auth.optionalScopes.map(({ scope, title = scope, chosen }) => ({ scope, title, chosen }))
    : [];

interface OnwardInput {
  readonly session: Session;
  readonly service: ServiceInUse;
  readonly fields: Values;
  readonly link: Secret;
}

/** The provider's page, for a type that has one. */
export const toProvider = async (deps: Deps, input: OnwardInput): Promise<NextPage> => {
  const url = await departToProvider(deps, input);
  if (!url) throw deadLink();
  return { kind: 'provider', url };
};

/** What there is already of the fields that are asked for, but for secrets: a renewed auth was made with it. */
const shownOf = (asked: readonly Field[], given: Values): Values =>
  Object.fromEntries(
    asked
      .filter(({ key, secret: hidden }) => !hidden && Object.hasOwn(given, key))
      .map(({ key }) => [key, given[key] ?? '']),
  );

/** Shows the person's page: what is to be filled in and chosen, or the provider's page when that is nothing. */
export const openConnect = async (deps: Deps, link: string): Promise<NextPage> => {
  const session = await sessionOfLink(deps, link);
  if (session.status === 'complete') return { kind: 'complete', session };
  const service = await currentService(deps, session);
  await admitSession(deps, session);
  const { auth, fields } = service.definition;
  const given = await givenFields(deps, session);
  const { consent } = protocolOf(auth);
  const own = fields.filter(({ key }) => !session.given.includes(key));
  // Where a consent follows, the person is asked only if something needed is missing; a form is its own consent.
  const asked = consent && missingFields(fields, given).length === 0 ? [] : own;
  const scopes = scopeChoices(service, session);
  if (!consent || asked.length > 0 || scopes.length > 0)
    return {
      kind: 'form',
      service,
      fields: inOrder(asked),
      scopes,
      wrong: {},
      filled: shownOf(asked, given),
    };
  return toProvider(deps, { session, service, fields: given, link: secret(link) });
};
