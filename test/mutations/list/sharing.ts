import { mutation, unit, type Mutation } from '../mutation.ts';

const imports = 'functions/transfers/imports.test.ts';
const available = 'shared/domain/services/available.ts';

/** What is shared with whom: services, connectors, and solutions for end users. */
export const sharing: readonly Mutation[] = [
  {
    name: 'who may use a service is shown its base URL',
    changes: [
      {
        file: available,
        find: '  environments: z.array(z.string()),\n',
        put: '  environments: z.array(z.string()),\n  baseUrl: z.string(),\n',
      },
      {
        file: available,
        find: '    environments: [...environmentsOf(item.definition)],\n',
        put: '    environments: [...environmentsOf(item.definition)],\n    baseUrl: item.definition.baseUrl,\n',
      },
    ],
    red: unit('functions/sharing/available.test.ts', 'the services available in a workspace R12 show'),
  },
  mutation(
    'a service of one workspace makes auths in another',
    {
      file: 'shared/domain/services/for-all.ts',
      find: 'return service.workspaceId === organizationWorkspaceId;',
      put: 'return organizationWorkspaceId.length > 0;',
    },
    unit('functions/sharing/services.test.ts', 'a service R9'),
  ),
  mutation(
    'a service takes new auths after its sunset',
    {
      file: 'shared/domain/services/sunset.ts',
      find: 'sunsetAt !== undefined && Date.parse(sunsetAt) <= clock.now()',
      put: 'false',
    },
    unit('shared/domain/connect/sunset.test.ts'),
  ),
  mutation(
    'a solution that is not published lets end users in',
    {
      file: 'shared/domain/solutions/demand-published.ts',
      find: "    if (status === 'published') for",
      put: '    for',
    },
    unit('functions/embedded/gate.test.ts', 'an end user and a service that is embedded'),
  ),
  mutation(
    'a connector that is shared with another workspace suffices for an import',
    {
      file: 'shared/domain/transfers/target.ts',
      find: 'connector?.serviceId === serviceId && isSharedWith(connector, workspaceId)',
      put: 'connector?.serviceId === serviceId',
    },
    unit(imports, '.* R20 either alone is not enough'),
  ),
  mutation(
    'a service that connectors use besides HTTP steps need not be shared',
    {
      file: 'shared/domain/transfers/uses.ts',
      find: 'connectors + connectorSteps === 0 && otherSteps > 0',
      put: 'otherSteps > 0',
    },
    unit(imports, '.* R22 mixed use has no exception'),
  ),
];
