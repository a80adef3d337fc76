import type * as z from 'zod';
import { firstDetails, invalid, issueDetails } from '../../errors.ts';
import type { Deps } from '../../ports.ts';
import type { Actor } from '../actor.ts';
import type { Service } from '../services/service.ts';
import { Bundle, bundleOf, type BundledService } from './bundle.ts';
import type { Exported, ExportRequest } from './export-request.ts';
import { hostsOf } from './hosts.ts';
import { referenced, type Referenced } from './referenced.ts';
import { refs } from './refs.ts';
import { sealedContent, withoutAuthIds, type SealedPart } from './sealed-content.ts';

interface ExportInput {
  readonly by: Actor;
  readonly workspaceId: string;
  readonly input: ExportRequest;
}

const pathOf = ({ path }: SealedPart): string => ['body', ...path].join('.');

const sealedIn = ({ steps, content }: ExportRequest): readonly SealedPart[] => [
  ...sealedContent(content, ['content']),
  ...steps.flatMap((step, index) => sealedContent(step.content, ['steps', index, 'content'])),
];

const demandNoCredential = (found: readonly SealedPart[]): void => {
  const credentials = found.filter(({ kind }) => kind === 'credential');
  if (credentials.length === 0) return;
  const details = credentials.map((part) => ({ path: pathOf(part), message: part.message }));
  throw invalid(
    'bundle_holds_secrets',
    'A bundle never holds a credential; the details say where there seems to be one.',
    firstDetails(details, 'body'),
  );
};

/** Whether who exports may read a definition, which tells where its calls go. What is only available tells no host (R12). */
const reads = ({ type, workspaceId: bound }: Actor, here: string, { workspaceId }: Service): boolean =>
  workspaceId === here || (type === 'key' && bound === undefined);

const portable = (service: Service, ref: string, withHosts: boolean): BundledService => ({
  ref,
  id: service.id,
  name: service.definition.name,
  type: service.definition.auth.type,
  ...(service.catalogueEntry !== undefined && { catalogueEntry: service.catalogueEntry }),
  ...(withHosts && { hosts: [...hostsOf(service.definition)] }),
});

const all = ({ services, connectors }: Referenced): readonly Service[] => [
  ...new Map(
    [...services.values(), ...[...connectors.values()].map(({ service }) => service)].map((one) => [
      one.id,
      one,
    ]),
  ).values(),
];

const bundled = ({ by, workspaceId, input }: ExportInput, found: Referenced): Bundle => {
  const services = all(found);
  const connectors = [...found.connectors.values()];
  const serviceRefs = refs(services.map(({ id, definition }) => [id, definition.name]));
  const connectorRefs = refs(connectors.map(({ connector }) => [connector.id, connector.name]));
  const refOf = (names: ReadonlyMap<string, string>, id: string) => names.get(id) ?? '';
  return bundleOf({
    ...(input.name !== undefined && { name: input.name }),
    services: services.map((one) => portable(one, refOf(serviceRefs, one.id), reads(by, workspaceId, one))),
    connectors: connectors.map(({ connector: { id, name }, service }) => ({
      ref: refOf(connectorRefs, id),
      id,
      name,
      service: refOf(serviceRefs, service.id),
    })),
    steps: input.steps.map(({ serviceId, connectorId, content, ...step }) => {
      const service = serviceId === undefined ? undefined : found.services.get(serviceId);
      return {
        ...step,
        ...(service && { service: refOf(serviceRefs, service.id) }),
        ...(connectorId !== undefined && { connector: refOf(connectorRefs, connectorId) }),
        ...(content !== undefined && { content: withoutAuthIds(content) }),
      };
    }),
    ...(input.content !== undefined && { content: withoutAuthIds(input.content) }),
  });
};

/**
 * Makes a bundle of the platform's steps: services and connectors by portable reference. Ids of auths become placeholders and are
 * reported; what looks like a credential is refused. Rejects with 422 `bundle_holds_secrets`, `unknown_reference` or
 * `invalid_bundle`.
 */
export const exportBundle = async (deps: Deps, input: ExportInput): Promise<z.infer<typeof Exported>> => {
  const { by, workspaceId } = input;
  const sealed = sealedIn(input.input);
  demandNoCredential(sealed);
  const { organizationId } = by;
  const found = await referenced(deps, { organizationId, workspaceId, steps: input.input.steps });
  // What an import would refuse never leaves.
  const { data, error } = Bundle.safeParse(bundled(input, found));
  if (!data)
    throw invalid('invalid_bundle', 'No bundle can be made of these steps.', issueDetails(error, 'body'));
  return { bundle: data, removed: sealed.map((part) => ({ path: pathOf(part), kind: 'auth_id' })) };
};
