import * as z from 'zod';
import { ConnectorId, ServiceId } from '../../ids.ts';
import { Bundle, mostServices, Ref } from './bundle.ts';
import { ImportView } from './import-record.ts';
import { PlanView } from './plan-view.ts';

/** A bundle, and by ref the services of the target that the caller chose for those of the bundle (R23). */
export const ImportRequest = z.strictObject({
  bundle: Bundle,
  mapping: z
    .record(Ref, ServiceId)
    .refine(
      (mapping) => Object.keys(mapping).length <= mostServices,
      `Expected at most ${String(mostServices)} refs.`,
    )
    .default({}),
});

/** What stands here for the service and the connector of a step; null where it has none. */
const ImportedStep = z.object({ serviceId: ServiceId.nullable(), connectorId: ConnectorId.nullable() });

/**
 * What was imported; its steps in the order of the bundle. What the bundle holds is not repeated, so that the answer can be kept
 * to be given again: an item of the table has 400 kB.
 */
export const Imported = ImportView.extend({
  status: z.literal('imported'),
  steps: z.array(ImportedStep),
  warnings: PlanView.shape.warnings,
});
export type Imported = z.infer<typeof Imported>;
