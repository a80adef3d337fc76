import * as z from 'zod';

/** What an entry is called in URLs. */
export const CatalogueName = z
  .string()
  .max(60)
  .regex(/^[a-z\d]+(-[a-z\d]+)*$/, 'Expected lower-case words joined by dashes.');

const Link = z.url({ protocol: /^https$/ }).max(2048);

/** What a builder adds: no definition that is shipped holds an OAuth application of somebody. */
const given = ['clientId', 'clientSecret', 'privateKey', 'consumerKey', 'consumerSecret', 'acknowledgeRisk'];

const Auth = z
  .looseObject({
    type: z.enum(['oauth2', 'oauth1', 'token', 'login']),
    grant: z.string().optional(),
    clientAuthentication: z.string().optional(),
    signatureMethod: z.string().optional(),
  })
  .refine((auth) => given.every((member) => !(member in auth)), 'The builder gives the OAuth application.');

/** A service document without what the builder gives. All of it is checked when a service is made of it. */
const Service = z.looseObject({
  name: z.string().min(1),
  icon: Link.optional(),
  documentationUrl: Link,
  baseUrl: z.string().min(1),
  auth: Auth,
  lifetimeProfile: z.string().optional(),
});

/** A ready definition of a widely used API. */
export const CatalogueEntry = z.strictObject({
  /** The same as the file's name. */
  name: CatalogueName,
  title: z.string().min(1).max(200),
  /** The provider's page about its authentication. */
  documentationUrl: Link,
  /**
   * `read`: the provider's own page was seen to name the URLs, or the place of the credential, as they stand here.
   * `second_hand`: others who call this API do it so. `recalled`: unchecked. The test call may be recalled in all three.
   */
  confidence: z.enum(['read', 'second_hand', 'recalled']),
  /** The month of the check, such as 2026-11. */
  checked: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/),
  /** What a builder should know. */
  note: z.string().max(500).optional(),
  service: Service,
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;
