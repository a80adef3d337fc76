import * as z from 'zod';
import { Applied } from '../../protocols/apply.ts';
import { named } from '../../protocols/params.ts';
import { UrlTemplate } from '../../protocols/url-template.ts';
import { SecretString } from '../../secret.ts';
import type { ServiceInUse } from '../services/current.ts';
import { ServiceDefinition } from '../services/definition.ts';
import { FieldKey } from '../services/field.ts';

/** What an auth without a service stores of itself: all but the values, which lie in the vault (R1). */
export const Generic = z.object({
  baseUrl: UrlTemplate,
  keys: z.array(z.string()),
  apply: z.array(Applied),
});
export type Generic = z.infer<typeof Generic>;

/** The words by which OAuth material and flows of several steps are told, whatever their spelling. */
const oauthWords = new Set([
  'grant',
  'granttype',
  'authorizationurl',
  'authurl',
  'authorizeurl',
  'tokenurl',
  'accesstokenurl',
  'requesttokenurl',
  'clientsecret',
  'refreshtoken',
  'consumerkey',
  'consumersecret',
  'tokensecret',
  'oauthtokensecret',
  'oauthtoken',
  'redirecturi',
  'codeverifier',
  'steps',
]);

/** Whether a name says that a generic auth cannot hold it (R3). */
export const isOAuthWord = (name: string): boolean =>
  oauthWords.has(name.toLowerCase().replace(/[^a-z]/g, ''));

/** A generic auth as a caller describes it. A rule's own name says which field fills it where it gives no value. */
export const GenericInput = z.strictObject({
  baseUrl: UrlTemplate,
  fields: named(30, FieldKey, SecretString).default({}),
  apply: z.array(Applied).min(1, 'Say where at least one field goes.').max(20),
});
export type GenericInput = z.infer<typeof GenericInput>;

/** The definition that a generic auth brings: a token API with just its fields. */
const genericDefinition = ({ baseUrl, keys, apply }: Generic): ServiceDefinition =>
  ServiceDefinition.parse({
    name: 'Generic',
    baseUrl,
    fields: keys.map((key) => ({ key, secret: true })),
    auth: { type: 'token' },
    apply,
  });

/** The service that a generic auth is used with. */
export const genericService = (organizationId: string, generic: Generic): ServiceInUse => ({
  id: undefined,
  kind: 'custom',
  organizationId,
  definition: genericDefinition(generic),
  version: 1,
  clientRejectedAt: undefined,
  secrets: () => Promise.resolve({}),
});
