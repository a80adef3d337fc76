import * as z from 'zod';
import { OrganizationId, ServiceId, SolutionId, WorkspaceId } from '../../ids.ts';
import type { Collection, Key } from '../../ports.ts';
import { Instant, iso, Name, Time } from '../inputs.ts';

const ServiceIds = z
  .array(ServiceId)
  .min(1)
  .max(50)
  .refine((ids) => new Set(ids).size === ids.length, 'A service stands there twice.');

const Solution = z.object({
  id: SolutionId,
  organizationId: OrganizationId,
  workspaceId: WorkspaceId,
  name: Name,
  /** The services that its end users need. One that was deleted since may still stand here. */
  serviceIds: z.array(ServiceId),
  status: z.enum(['draft', 'published']),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
  revision: z.int(),
});
export type Solution = z.infer<typeof Solution>;

/** All solutions of an organization, so that one read by key, which sees every write before it, tells what is published (ADR 0037). */
export const solutionsOf = (organizationId: string) => ({
  index: 'own' as const,
  partition: `ORG#${organizationId}#SOLUTIONS`,
});

/** Those of a workspace. */
export const solutionsIn = (organizationId: string, workspaceId: string) => ({
  ...solutionsOf(organizationId),
  prefix: `${workspaceId}#`,
});

export const solutionKey = (organizationId: string, workspaceId: string, id: string): Key => ({
  partition: solutionsOf(organizationId).partition,
  sort: `${workspaceId}#${id}`,
});

/** What a builder offers to end users: some services, with which they may authenticate once it is published (R26). */
export const solutions: Collection<Solution> = {
  name: 'solution',
  schema: Solution,
  place: (item) => ({ key: solutionKey(item.organizationId, item.workspaceId, item.id) }),
};

export const NewSolution = z.strictObject({ name: Name, serviceIds: ServiceIds });
export type NewSolution = z.infer<typeof NewSolution>;

export const SolutionEdit = NewSolution.partial().refine(
  (edit) => Object.keys(edit).length > 0,
  'Give name or serviceIds.',
);
export type SolutionEdit = z.infer<typeof SolutionEdit>;

export const SolutionView = z.object({
  id: SolutionId,
  workspaceId: WorkspaceId,
  name: z.string(),
  serviceIds: z.array(ServiceId),
  status: Solution.shape.status,
  version: z.int(),
  createdAt: Time,
  updatedAt: Time,
});

export const showSolution = (item: Solution): z.infer<typeof SolutionView> => ({
  id: item.id,
  workspaceId: item.workspaceId,
  name: item.name,
  serviceIds: item.serviceIds,
  status: item.status,
  version: item.version,
  createdAt: iso(item.createdAt),
  updatedAt: iso(item.updatedAt),
});
