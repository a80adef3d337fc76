import * as z from 'zod';
import { ConnectorId, ServiceId } from '../../ids.ts';
import { Name } from '../inputs.ts';
import { bundleProblems } from './bundle-problems.ts';

const format = 'latchkey.bundle';
const version = 1;

/** What a part of a bundle is called inside of it; it means nothing elsewhere. */
export const Ref = z
  .string()
  .regex(
    /^[a-z\d][a-z\d_-]{0,63}$/,
    'Expected lower-case letters, digits, dashes and underscores, at most 64.',
  );

/** Which service is meant, in words that another workspace or deployment understands. Never its definition. */
const BundledService = z.strictObject({
  ref: Ref,
  /** Its id, for imports into the deployment that it comes from. */
  id: ServiceId.optional(),
  name: Name,
  type: z.enum(['oauth2', 'oauth1', 'token', 'login']),
  /** The entry of the catalogue that it was made from. */
  catalogueEntry: z.string().min(1).max(100).optional(),
  /** Where its calls go, placeholders as they are written; only where the exporter may read the definition (R12). */
  hosts: z.array(z.string().min(1).max(255)).max(30).optional(),
});
export type BundledService = z.infer<typeof BundledService>;

const BundledConnector = z.strictObject({
  ref: Ref,
  id: ConnectorId.optional(),
  name: Name,
  service: Ref,
});
export type BundledConnector = z.infer<typeof BundledConnector>;

export const stepKinds = ['connector', 'http_client', 'graphql_client'] as const;

const Step = z.strictObject({
  kind: z.enum(stepKinds),
  name: Name.optional(),
  /** The service that it calls; a call without a service has none. */
  service: Ref.optional(),
  connector: Ref.optional(),
  /** The platform's own, kept as it is. */
  content: z.unknown().optional(),
});
export type Step = z.infer<typeof Step>;

export const mostServices = 100;
const mostConnectors = 100;
export const mostSteps = 1000;

const Document = z
  .strictObject({
    format: z.literal(format),
    version: z.literal(version),
    name: Name.optional(),
    services: z.array(BundledService).max(mostServices),
    connectors: z.array(BundledConnector).max(mostConnectors).default([]),
    steps: z.array(Step).max(mostSteps).default([]),
    /** What the platform keeps besides, such as the workflow itself. */
    content: z.unknown().optional(),
  })
  .superRefine((bundle, context) => {
    for (const { path, message } of bundleProblems(bundle))
      context.addIssue({ code: 'custom', path: [...path], message });
  });

const Marked = z.looseObject({ format: z.literal(format), version: z.int().min(1) });

/** What is of another format or a newer version is said to be that, and nothing of the rest is judged. */
const marked = (value: unknown, context: z.RefinementCtx): unknown => {
  const { data, error } = Marked.safeParse(value);
  if (data?.version === version) return value;
  for (const issue of error?.issues ?? []) {
    const [member] = issue.path;
    const message =
      member === 'format' ? `Expected "${format}": this is no bundle of Latchkey.` : issue.message;
    context.addIssue({ code: 'custom', path: [...issue.path], message });
  }
  if (data)
    context.addIssue({
      code: 'custom',
      path: ['version'],
      message: `Expected version ${String(version)}: the bundle is of version ${String(data.version)}, from a newer Latchkey. Update this deployment, or export again from an older one.`,
    });
  return z.NEVER;
};

/** A workflow bundle: which services and connectors its steps need, and the steps as the platform wrote them (ADR 0035). */
export const Bundle = z.preprocess(marked, Document);
export type Bundle = z.infer<typeof Bundle>;

/** A bundle of the present version. */
export const bundleOf = (parts: Omit<Bundle, 'format' | 'version'>): Bundle => ({
  format,
  version,
  ...parts,
});
