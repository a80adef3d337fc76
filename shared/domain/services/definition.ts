import * as z from 'zod';
import { UmbrellaId } from '../../ids.ts';
import { Applied } from '../../protocols/apply.ts';
import { OAuth2Definition, OAuth2Input } from '../../protocols/oauth2/definition.ts';
import { TokenDefinition } from '../../protocols/token.ts';
import { AnswerPath } from '../../protocols/answer-path.ts';
import { UrlTemplate } from '../../protocols/url-template.ts';
import { Link, Name } from '../inputs.ts';

const FieldKey = z
  .string()
  .regex(/^[a-zA-Z]\w{0,59}$/, 'Expected a letter, then letters, digits and underscores.')
  .refine((key) => !(key in {}) && key !== 'access_token', 'This name is taken.');

/** Something that the person gives when an auth is made. */
const Field = z.strictObject({
  key: FieldKey,
  title: Name.optional(),
  help: z.string().max(2000).optional(),
  /** A regular expression in the syntax of RE2. */
  pattern: z.string().max(300).optional(),
  required: z.boolean().default(true),
  /** Shown as dots on the connect page. Every field's value is kept as a secret, whatever this says. */
  secret: z.boolean().default(false),
});
export type Field = z.infer<typeof Field>;

/** A host name, with a port where it is not the scheme's own. */
const Host = z
  .string()
  .max(255)
  .regex(/^[a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d{1,5})?$/, 'Expected a host name such as files.acmecdn.com.');

/** A call that tells whether a credential works, and by which name its account is known. */
const Test = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
  path: z.string().max(1000).startsWith('/'),
  expect: z.array(z.int().min(100).max(599)).min(1).max(20).default([200]),
  label: AnswerPath.optional(),
});

const document = {
  name: Name,
  icon: Link.optional(),
  documentationUrl: Link.optional(),
  baseUrl: UrlTemplate,
  hosts: z.array(Host).max(20).default([]),
  fields: z
    .array(Field)
    .max(30)
    .refine(
      (fields) => new Set(fields.map(({ key }) => key)).size === fields.length,
      'Two fields share a key.',
    )
    .default([]),
  apply: z.array(Applied).max(20).optional(),
  test: Test.optional(),
  /** The name of what is known of how long this provider's auths live. */
  lifetimeProfile: z
    .string()
    .regex(/^[a-z\d][a-z\d-]{0,59}$/, 'Expected lower-case letters, digits and dashes.')
    .optional(),
  processesEndUserData: z.boolean().default(false),
  umbrellaId: UmbrellaId.optional(),
};

/** A service as a builder describes it (design, section 5). */
export const ServiceInput = z.strictObject({
  ...document,
  auth: z.discriminatedUnion('type', [OAuth2Input, TokenDefinition]),
});
export type ServiceInput = z.infer<typeof ServiceInput>;

/** The same as it is stored: without its client secret. */
export const ServiceDefinition = z.object({
  ...document,
  auth: z.discriminatedUnion('type', [OAuth2Definition, TokenDefinition]),
});
export type ServiceDefinition = z.infer<typeof ServiceDefinition>;
