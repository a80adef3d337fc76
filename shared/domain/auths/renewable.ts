import { protocolOf } from '../../protocols/protocol-of.ts';
import type { ServiceInUse } from '../services/current.ts';

/** Whether a credential can be had anew without a person: by a refresh token, or by asking again. */
export const renewable = ({ definition }: ServiceInUse, lineage: string | undefined): boolean =>
  lineage !== undefined || protocolOf(definition.auth).issue !== undefined;

/** Whether a credential is tested by the schedule: nothing renews it, so that nothing else would tell that it is over. */
export const testedDaily = (service: ServiceInUse, lineage: string | undefined): boolean =>
  service.definition.test !== undefined && !renewable(service, lineage);
