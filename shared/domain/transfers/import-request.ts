import * as z from 'zod';
import { ConnectorId, ServiceId } from '../../ids.ts';
import { Bundle, mostServices, Ref, Step } from './bundle.ts';
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

/** A step with what stands here for its service and its connector; null where there is none. */
const ImportedStep = Step.extend({ serviceId: ServiceId.nullable(), connectorId: ConnectorId.nullable() });

/** What was imported. The steps are the caller's to keep: they are not stored. */
export const Imported = ImportView.extend({
  status: z.literal('imported'),
  steps: z.array(ImportedStep),
  content: z.unknown().optional(),
  warnings: PlanView.shape.warnings,
});
export type Imported = z.infer<typeof Imported>;
