import type { BundledConnector, BundledService, Step } from './bundle.ts';
import { sealedContent } from './sealed-content.ts';

/** What is wrong, and where in the bundle. */
export interface BundleProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface Parts {
  readonly name?: string | undefined;
  readonly services: readonly BundledService[];
  readonly connectors: readonly BundledConnector[];
  readonly steps: readonly Step[];
  readonly content?: unknown;
}

/** Finds each value after its first: of members that are left out, none. */
const repeated = <T>(
  items: readonly T[],
  of: (item: T) => string | undefined,
): readonly (readonly [number, string])[] => {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const value = of(item);
    if (value === undefined) return [];
    if (seen.has(value)) return [[index, value] as const];
    seen.add(value);
    return [];
  });
};

/** Without an id only the name tells services apart. */
const nameOf = ({ id, name }: BundledService): string | undefined =>
  id === undefined ? name.toLowerCase() : undefined;

const namedTwice = (
  list: string,
  items: Parts['services'] | Parts['connectors'],
): readonly BundleProblem[] => [
  ...repeated<{ readonly ref: string }>(items, ({ ref }) => ref).map(([index]) => ({
    path: [list, index, 'ref'],
    message: 'Expected another ref: this one is taken in the bundle.',
  })),
  ...repeated<{ readonly id?: string | undefined }>(items, ({ id }) => id).map(([index]) => ({
    path: [list, index, 'id'],
    message: 'Expected this id once: the bundle names it twice.',
  })),
];

const servicesTwice = (services: Parts['services']): readonly BundleProblem[] =>
  repeated(services, nameOf).map(([index]) => ({
    path: ['services', index, 'name'],
    message: 'Expected this name once: the bundle names the service twice, and no id tells the two apart.',
  }));

const unknownService = ({ connectors }: Parts, ref: string): string =>
  connectors.some((connector) => connector.ref === ref)
    ? 'Expected the ref of a service: this is a connector, and a connector uses no other.'
    : 'Expected the ref of a service of the bundle: there is none of this ref.';

const serviceProblems = (parts: Parts, ref: string | undefined, path: BundleProblem['path']) =>
  ref === undefined || parts.services.some((service) => service.ref === ref)
    ? []
    : [{ path, message: unknownService(parts, ref) }];

const connectorProblems = (
  parts: Parts,
  step: Step,
  path: BundleProblem['path'],
): readonly BundleProblem[] => {
  const connector = parts.connectors.find(({ ref }) => ref === step.connector);
  if (step.kind !== 'connector')
    return step.connector === undefined
      ? []
      : [
          {
            path: [...path, 'connector'],
            message: `Expected no connector: a step of the kind ${step.kind} has none.`,
          },
        ];
  if (step.connector === undefined)
    return step.service === undefined
      ? [
          {
            path: [...path, 'connector'],
            message: 'Expected the ref of a connector, or of the service that it uses.',
          },
        ]
      : [];
  if (!connector)
    return [
      {
        path: [...path, 'connector'],
        message: 'Expected the ref of a connector of the bundle: there is none of this ref.',
      },
    ];
  return step.service === undefined || step.service === connector.service
    ? []
    : [{ path: [...path, 'service'], message: 'Expected the service of its connector, or none.' }];
};

/** All of it is judged like the platform's own JSON: names are shown, refs are kept. */
const contentProblems = (parts: Parts): readonly BundleProblem[] =>
  sealedContent(parts, []).map(({ path, message }) => ({ path, message }));

/** All that is wrong with how the parts of a bundle belong together, and each secret or auth id in it. */
export const bundleProblems = (parts: Parts): readonly BundleProblem[] => [
  ...namedTwice('services', parts.services),
  ...servicesTwice(parts.services),
  ...namedTwice('connectors', parts.connectors),
  ...parts.connectors.flatMap(({ service }, index) =>
    serviceProblems(parts, service, ['connectors', index, 'service']),
  ),
  ...parts.steps.flatMap((step, index) => [
    ...serviceProblems(parts, step.service, ['steps', index, 'service']),
    ...connectorProblems(parts, step, ['steps', index]),
  ]),
  ...contentProblems(parts),
];
