import { breakTheWorld } from './break-the-world.ts';
import { callBadly, sendBadly } from './call-badly.ts';
import { importLegacy } from './import-legacy.ts';
import type { Planted } from './planted-world.ts';
import { walkAuths } from './walk-auths.ts';
import { walkDeliveries } from './walk-deliveries.ts';
import { walkEmbedded } from './walk-embedded.ts';
import { walkEndings } from './walk-endings.ts';
import { walkFailures } from './walk-failures.ts';
import { walkOrganization } from './walk-organization.ts';
import { walkServices } from './walk-services.ts';
import { walkSharing } from './walk-sharing.ts';
import { walkTypes } from './walk-types.ts';

/** Calls every route with success and without, has every reaction and schedule at work, and plants a secret wherever one fits. */
export const walk = async (planted: Planted): Promise<void> => {
  const { send, output } = planted;
  const made = await walkOrganization(planted);
  const { ws } = made;
  const where = { ws, ...(await walkServices(planted, made)) };
  const legacy = await importLegacy(planted);
  await send('GET', `${ws}/available-services`);

  await send('GET', '/v1/organization/credential-readers');
  await send('PUT', '/v1/organization/credential-readers', { roles: ['owner'] });
  const connectorId = await walkSharing(planted, ws, where.keyed);
  const { ids, first } = await walkAuths(planted, where);
  await walkTypes(planted, ws);
  await walkEmbedded(planted, ws);
  const again = await walkFailures(planted, where, { ids, first });
  await walkDeliveries(planted, made);
  await callBadly(planted, {
    workspaceId: made.workspaceId,
    serviceId: where.acme,
    authId: again.authId,
    sessionId: again.sessionId,
    umbrellaId: made.umbrellaId,
    subscriptionId: made.subscriptionId,
    digestId: made.today,
    keyId: made.keyId,
    organizationId: made.otherId,
    connectorId,
  });
  await sendBadly(planted, where, first.page);
  await breakTheWorld(planted, where, { authId: again.authId, page: first.page });
  await walkEndings(planted, { ...made, ...where, legacy, ids, first });
  output.stop();
};
