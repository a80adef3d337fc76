import { createHash } from 'node:crypto';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import type { Bundle } from './bundle.ts';
import { importRecords, showImport, type ImportRecord } from './import-record.ts';
import type { Imported } from './import-request.ts';
import type { PlanView } from './plan-view.ts';
import { planImport, type PlanInput } from './plan.ts';

interface ImportInput extends Omit<PlanInput, 'organizationId'> {
  readonly by: Actor;
}

const pathOf = ({ services }: Bundle, ref: string): string =>
  `body.bundle.services.${String(services.findIndex((service) => service.ref === ref))}`;

/** All of the plan goes with the refusal, so that nobody has to ask again for what is wrong. */
const missing = (bundle: Bundle, view: PlanView) =>
  new AppError(
    409,
    'services_missing',
    'Connectors use services that are not shared with this workspace. Nothing was imported; the details name each and how to share it.',
    {
      details: view.missing.map(({ ref, name, remedies }) => ({
        path: pathOf(bundle, ref),
        message: `${name} is not shared with this workspace. ${remedies.map(({ message }) => message).join(' Or: ')}`,
      })),
      besides: { ...view },
    },
  );

const unmapped = (view: PlanView) =>
  new AppError(
    409,
    'needs_mapping',
    'Services of the bundle are not available in this workspace. Nothing was imported; choose another for each, and repeat.',
    {
      details: view.needsMapping.map(({ ref, name }) => ({
        path: `body.mapping.${ref}`,
        message: `Expected the id of a service that stands for ${name}: needsMapping lists those that are available.`,
      })),
      besides: { ...view },
    },
  );

const digest = (bundle: Bundle): string => createHash('sha256').update(JSON.stringify(bundle)).digest('hex');

type Plan = Awaited<ReturnType<typeof planImport>>;

const stepsHere = ({ steps, connectors }: Bundle, plan: Plan): Imported['steps'] =>
  steps.map((step) => {
    const through = connectors.find(({ ref }) => ref === step.connector)?.service;
    const ref = step.service ?? through;
    return {
      serviceId: (ref === undefined ? undefined : plan.services.get(ref)?.service.id) ?? null,
      connectorId:
        (step.connector === undefined ? undefined : plan.connectors.get(step.connector)?.id) ?? null,
    };
  });

/**
 * Imports a bundle, wholly or not at all: one write, of its record, decides (ADR 0035). For each step the answer tells
 * the service and the connector of the target. Rejects with 409 `services_missing` or `needs_mapping`, with the whole plan, and 422 `invalid_mapping`.
 */
export const importBundle = async (deps: Deps, { by, ...asked }: ImportInput): Promise<Imported> => {
  const { organizationId } = by;
  const { workspaceId, input } = asked;
  const { bundle } = input;
  const plan = await planImport(deps, { organizationId, ...asked });
  if (plan.view.status === 'services_missing') throw missing(bundle, plan.view);
  if (plan.view.status === 'needs_mapping') throw unmapped(plan.view);
  const item: ImportRecord = {
    id: newId('import', deps),
    organizationId,
    workspaceId,
    name: bundle.name,
    digest: digest(bundle),
    services: plan.view.services,
    connectors: plan.view.connectors,
    steps: bundle.steps.length,
    importedBy: by.id,
    importedAt: deps.clock.now(),
    revision: 0,
  };
  const kept = (await deps.store.insert(importRecords, item)) ?? item;
  return {
    ...showImport(kept),
    status: 'imported',
    steps: stepsHere(bundle, plan),
    warnings: plan.view.warnings,
  };
};
