import * as z from 'zod';
import { UmbrellaId } from '../../ids.ts';
import { ProfileName } from '../../lifetimes/profile-name.ts';
import { AnswerPath } from '../../protocols/answer-path.ts';
import { Applied } from '../../protocols/apply.ts';
import { AuthDefinition, AuthInput, secretMembers, secretsOfType } from '../../protocols/definition.ts';
import { Pagination } from '../../protocols/pagination/definition.ts';
import { named, Template } from '../../protocols/params.ts';
import { RateLimit } from '../../protocols/rate-limit.ts';
import { Retries } from '../../protocols/retries.ts';
import { HostPattern, UrlTemplate } from '../../protocols/url-template.ts';
import { SecretString } from '../../secret.ts';
import { Link, Name } from '../inputs.ts';
import { Fields } from './field.ts';
import { Limits } from './limits.ts';
import { fromShown } from './shown-input.ts';

/** A path below the base URL; `{{key}}` stands for fields. */
const TestPath = Template.max(1000, { abort: true })
  .regex(/^\/[^\s\\#\p{Cc}]*$/u, {
    error: 'Expected a path that begins with a slash, without spaces, backslashes and fragment.',
    abort: true,
  })
  .refine(
    (path) => !path.startsWith('//') && !/\/\.\.(?:[/?]|$)/.test(path),
    'Expected a path that stays below the base URL.',
  );

/** A call that tells whether a credential works, and by which name its account is known. */
const Test = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
  path: TestPath,
  expect: z.array(z.int().min(100).max(599)).min(1).max(20).default([200]),
  label: AnswerPath.optional(),
});

const Life = z.int().min(60).max(1_000_000_000).optional();

/** How long its auths live, in seconds, where the builder knows it: each wins over the same clock of the profile. */
const Lifetime = z
  .strictObject({
    /** From the consent, however often the auth is renewed. */
    consentSeconds: Life,
    /** Since the last renewal or, where nothing renews, the last call. */
    idleSeconds: Life,
    /** From the first issue. */
    absoluteSeconds: Life,
  })
  .refine((own) => Object.keys(own).length > 0, 'Give consentSeconds, idleSeconds or absoluteSeconds.');

/** What an environment may have of its own. */
const ofEnvironment = {
  baseUrl: UrlTemplate,
  hosts: z.array(HostPattern).max(20).default([]),
  test: Test.optional(),
  /** The name of what is known of how long this provider's auths live. */
  lifetimeProfile: ProfileName.optional(),
  lifetime: Lifetime.optional(),
  limits: Limits.optional(),
  processesEndUserData: z.boolean().default(false),
  umbrellaId: UmbrellaId.optional(),
  /** How its lists are cut into pages, so that a caller can have all items of them. */
  pagination: Pagination.optional(),
};

const document = {
  name: Name,
  icon: Link.optional(),
  documentationUrl: Link.optional(),
  fields: Fields.default([]),
  apply: z.array(Applied).max(20).optional(),
  retries: Retries.optional(),
  rateLimit: RateLimit.optional(),
  ...ofEnvironment,
};

/** The environment that every service has; its settings stand at the top of the document. */
export const production = 'production';

/** An environment's name; `production` needs no entry of its own. */
export const EnvironmentName = z
  .string()
  .regex(/^[a-z][a-z\d_-]{0,39}$/, 'Expected lower-case letters, digits, dashes and underscores.');

const OtherName = EnvironmentName.refine(
  (name) => name !== production && !(name in {}),
  'The top of the document is production; name another.',
);

const mostOwnSecrets = 20;
/** They are kept together with the client's, and what keeps them takes 64 kB. */
const longestOwnSecrets = 16_384;

/** Secrets of the service's own, such as a partner key that goes with each request: `{{secrets.partner_key}}`. */
const OwnSecrets = named(
  mostOwnSecrets,
  z
    .string()
    .regex(/^[a-zA-Z]\w{0,59}$/, 'Expected a letter, then letters, digits and underscores.')
    .refine((name) => !(name in {}), 'This name is taken.'),
  SecretString,
)
  .refine(
    (own) => Object.values(own).reduce((sum, value) => sum + value.reveal().length, 0) <= longestOwnSecrets,
    `Expected secrets of ${String(longestOwnSecrets)} characters together.`,
  )
  .default({});

/** What differs in another environment (R52): its OAuth application, its URLs, its verification. All else is as in production. */
const Override = z.strictObject({
  title: Name.optional(),
  baseUrl: UrlTemplate.optional(),
  hosts: z.array(HostPattern).max(20).optional(),
  test: Test.optional(),
  lifetimeProfile: ofEnvironment.lifetimeProfile,
  lifetime: ofEnvironment.lifetime,
  limits: ofEnvironment.limits,
  processesEndUserData: z.boolean().optional(),
  umbrellaId: UmbrellaId.optional(),
  pagination: ofEnvironment.pagination,
  /** Members of `auth` that differ. */
  auth: z.record(z.string(), z.unknown()).default({}),
});
const OverrideInput = Override.extend({ secrets: OwnSecrets }).superRefine(({ auth }, context) => {
  for (const name of secretMembers) {
    const { error } = SecretString.optional().safeParse(auth[name]);
    for (const { message } of error?.issues ?? [])
      context.addIssue({ code: 'custom', path: ['auth', name], message });
  }
});

/** Each is a definition of its own that is merged and checked. */
const mostEnvironments = 10;

/** Secrets of environments that the type knows nothing of: kept, they would be of no use to anybody. */
const foreignSecrets = (
  type: string,
  environments: Readonly<Record<string, Pick<z.infer<typeof Override>, 'auth'>>>,
) =>
  Object.entries(environments).flatMap(([name, { auth }]) =>
    secretMembers
      .filter((member) => member in auth && !(secretsOfType[type] ?? []).includes(member))
      .map((member) => ({
        path: ['environments', name, 'auth', member],
        message: `Expected no such secret: the type ${type} has none of this name.`,
      })),
  );

/** A service as a builder describes it (design, section 5), or as reads show it with parts changed. */
export const ServiceInput = z.preprocess(
  fromShown,
  z
    .strictObject({
      ...document,
      auth: AuthInput,
      secrets: OwnSecrets,
      environments: named(mostEnvironments, OtherName, OverrideInput).default({}),
    })
    .superRefine(({ auth: { type }, environments }, context) => {
      for (const { path, message } of foreignSecrets(type, environments))
        context.addIssue({ code: 'custom', path: [...path], message });
    }),
);
export type ServiceInput = z.infer<typeof ServiceInput>;

/** The same as it is stored: without its secrets. */
export const ServiceDefinition = z.object({
  ...document,
  auth: AuthDefinition,
  environments: z.record(z.string(), Override).default({}),
});
export type ServiceDefinition = z.infer<typeof ServiceDefinition>;
