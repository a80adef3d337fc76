import * as z from 'zod';
import { ConnectorId } from '../../ids.ts';
import { Name } from '../inputs.ts';
import { ServiceReference } from '../services/reference.ts';
import { Bundle, mostSteps, stepKinds } from './bundle.ts';

const ExportedStep = z
  .strictObject({
    kind: z.enum(stepKinds),
    name: Name.optional(),
    /** The id or the name of a service that auths of the workspace may be made with. */
    serviceId: ServiceReference.optional(),
    /** A connector of the workspace, or one that is shared with it. */
    connectorId: ConnectorId.optional(),
    content: z.unknown().optional(),
  })
  .superRefine(({ kind, serviceId, connectorId }, context) => {
    const tell = (message: string) => context.addIssue({ code: 'custom', path: ['connectorId'], message });
    if (kind !== 'connector' && connectorId !== undefined)
      tell(`Expected no connector: a step of the kind ${kind} has none.`);
    if (kind === 'connector' && connectorId === undefined && serviceId === undefined)
      tell('Expected the id of a connector, or the service that it uses as serviceId.');
  });

/** What the platform gives to be made a bundle: its steps, with the ids that they have here. */
export const ExportRequest = z.strictObject({
  name: Name.optional(),
  steps: z.array(ExportedStep).min(1).max(mostSteps),
  content: z.unknown().optional(),
});
export type ExportRequest = z.infer<typeof ExportRequest>;

export const Exported = z.object({
  bundle: Bundle,
  /** Where ids of auths stood: in the bundle each is a placeholder. */
  removed: z.array(z.object({ path: z.string(), kind: z.literal('auth_id') })),
});
