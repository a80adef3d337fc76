import * as z from 'zod';
import { documentFrom, needsOf, type Given } from '../../catalogue/document.ts';
import { catalogueEntry } from '../../catalogue/entries.ts';
import { CatalogueName, type CatalogueEntry } from '../../catalogue/entry.ts';
import { invalid, issueDetails, notFound } from '../../errors.ts';
import { UmbrellaId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import { SecretString } from '../../secret.ts';
import { Name } from '../inputs.ts';
import { createService } from './create.ts';
import { ServiceInput } from './definition.ts';
import type { Service } from './service.ts';

/** What a builder gives to make a service of a catalogue entry: its OAuth application, and no more (R31, R46). */
export const FromCatalogue = z.strictObject({
  entry: CatalogueName,
  name: Name.optional(),
  clientId: z.string().min(1).max(1000).optional(),
  clientSecret: SecretString.optional(),
  privateKey: SecretString.optional(),
  consumerKey: z.string().min(1).max(1000).optional(),
  consumerSecret: SecretString.optional(),
  acknowledgeRisk: z.literal(true).optional(),
  /** Scopes other than those of the entry. */
  scopes: z.array(z.string().min(1).max(500)).max(200).optional(),
  umbrellaId: UmbrellaId.optional(),
  processesEndUserData: z.boolean().optional(),
});
type FromCatalogue = z.infer<typeof FromCatalogue>;

interface CreateFromCatalogueInput {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly input: FromCatalogue;
}

const given = (input: FromCatalogue): Given => ({
  name: input.name,
  clientId: input.clientId,
  clientSecret: input.clientSecret?.reveal(),
  privateKey: input.privateKey?.reveal(),
  consumerKey: input.consumerKey,
  consumerSecret: input.consumerSecret?.reveal(),
  acknowledgeRisk: input.acknowledgeRisk,
});

const demandNeeds = (entry: CatalogueEntry, there: Given): void => {
  const missing = needsOf(entry).filter((need) => !there[need]);
  if (missing.length === 0) return;
  const message = `The provider shows it where you registered your application; see ${entry.documentationUrl}.`;
  const advice = (need: string) =>
    need === 'acknowledgeRisk' ? 'Say true: this way of authenticating is discouraged (RFC 9700).' : message;
  throw invalid(
    'invalid_service',
    `${entry.title} needs more.`,
    missing.map((need) => ({ path: `body.${need}`, message: advice(need) })),
  );
};

const Document = z.looseObject({ auth: z.looseObject({}) });

const completed = (entry: CatalogueEntry, input: FromCatalogue): unknown => {
  const document = Document.parse(documentFrom(entry, given(input)));
  const { scopes, umbrellaId, processesEndUserData } = input;
  return {
    ...document,
    ...(umbrellaId !== undefined && { umbrellaId }),
    ...(processesEndUserData !== undefined && { processesEndUserData }),
    auth: { ...document.auth, ...(scopes && { scopes }) },
  };
};

/** Makes a service of a ready definition. 404 `catalogue_entry_not_found`, 422 when the entry needs what is not given. */
export const createFromCatalogue = async (
  deps: Deps,
  { input, ...where }: CreateFromCatalogueInput,
): Promise<Service> => {
  const entry = catalogueEntry(input.entry);
  if (!entry) throw notFound('catalogue_entry', 'GET /v1/catalogue lists all.');
  demandNeeds(entry, given(input));
  const parsed = ServiceInput.safeParse(completed(entry, input));
  if (!parsed.success) {
    const details = issueDetails(parsed.error, 'body');
    throw invalid('invalid_service', 'The entry does not take what was given; see the details.', details);
  }
  return createService(deps, { ...where, input: parsed.data, catalogueEntry: entry.name });
};
