import { described, word } from './planted-requests.ts';
import type { Planted } from './planted-world.ts';

/** Services of an older system, imported with their secrets; answers with the path of one. */
export const importLegacy = async ({ send }: Planted): Promise<string> => {
  const secrets = { partner: `${word}-legacy-partner` };
  const records = ['old-1', 'old-2'].map((legacyId) => ({
    legacyId,
    userId: 'user-1',
    service: described({ secrets, umbrellaId: undefined }),
    sunsetAt: '2026-06-01T00:00:00Z',
  }));
  const bad = { ...records[0], legacyId: 'old-3', sunsetAt: `${word}-time` };
  const { json } = await send('POST', '/v1/legacy-services/import', { records: [...records, bad] });
  const [one] = json['items'] as { serviceId: string; workspaceId: string }[];
  await send('GET', '/v1/legacy-services');
  await send('PATCH', `/v1/legacy-services/${one?.serviceId ?? ''}`, { message: 'Use another.' });
  return `/v1/workspaces/${one?.workspaceId ?? ''}/services/${one?.serviceId ?? ''}`;
};
