import * as z from 'zod';
import { PageQuery, pageOf } from '#shared/domain/inputs.ts';
import { SunsetEdit } from '#shared/domain/services/legacy.ts';
import { ImportOutcome } from '#shared/domain/services/legacy/import.ts';
import { ServiceView } from '#shared/domain/services/view.ts';
import { route } from '#shared/entry/route.ts';
import { ServiceId, WorkspaceId } from '#shared/ids.ts';

/** Records in one lot. */
const mostRecords = 100;

export const importRecords = route({
  name: 'importLegacyServices',
  method: 'POST',
  path: '/v1/legacy-services/import',
  summary:
    'Imports services of an older system, each into the personal workspace of its user, and tells of each record what became of it. The same record twice makes one service.',
  needs: 'legacy_services:write',
  mostValues: 100_000,
  request: {
    body: z.strictObject({
      // Each is judged by itself, so that one that is wrong keeps no other out.
      records: z.array(z.record(z.string(), z.unknown())).min(1).max(mostRecords),
    }),
  },
  response: z.object({ items: z.array(ImportOutcome) }),
  example: {
    records: [
      {
        legacyId: 'conn-4711',
        userId: 'user-1',
        sunsetAt: '2027-01-01T00:00:00Z',
        message: 'Use Acme CRM of the organization.',
        service: {
          name: 'Acme CRM',
          baseUrl: 'https://api.acme.example/v2',
          auth: {
            type: 'oauth2',
            grant: 'authorization_code',
            authorizationUrl: 'https://acme.example/oauth/authorize',
            tokenUrl: 'https://acme.example/oauth/token',
            clientId: 'latchkey',
            clientSecret: 'the-secret-of-the-application',
          },
        },
      },
    ],
  },
});

export const list = route({
  name: 'listLegacyServices',
  method: 'GET',
  path: '/v1/legacy-services',
  summary: 'Lists the legacy services of all personal workspaces.',
  needs: 'legacy_services:read',
  request: { query: PageQuery },
  response: pageOf(ServiceView),
});

export const setSunset = route({
  name: 'setLegacySunset',
  method: 'PATCH',
  path: '/v1/legacy-services/{serviceId}',
  summary:
    'Says from when on a legacy service takes no new auths, and why. Null takes either back; auths that exist go on.',
  needs: 'legacy_services:write',
  request: { path: z.strictObject({ serviceId: ServiceId }), body: SunsetEdit },
  response: ServiceView,
  example: { sunsetAt: '2027-01-01T00:00:00Z', message: 'Use Acme CRM of the organization.' },
});

export const moveAll = route({
  name: 'moveLegacyServices',
  method: 'POST',
  path: '/v1/legacy-services/move',
  summary:
    'Moves all legacy services to the organization workspace, 1,000 in a call: repeat it while the answer says that there are more.',
  needs: 'legacy_services:write',
  response: z.object({
    moved: z.int(),
    items: z.array(z.object({ id: ServiceId, legacyId: z.string(), from: WorkspaceId })),
    more: z.boolean(),
  }),
});
