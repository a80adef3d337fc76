import { protocolOf } from '../../protocols/protocol-of.ts';
import type { ServiceInUse } from '../services/current.ts';
import { wholeBody } from '../whole-body.ts';
import type { Outgoing } from './send.ts';

/** As much as Lambda takes, so that a body passes here if it could have come there. */
const largest = 6 * 1_048_576;

/** Why a body cannot go to a service piece by piece; undefined when it can. */
const heldBy = ({ definition: { apply, auth } }: ServiceInUse): string | undefined => {
  if (apply?.some((rule) => rule.in === 'body'))
    return 'Part of the credential of this service goes into the body, so it cannot be sent piece by piece.';
  if (protocolOf(auth).sign)
    return 'Calls of this service are signed, and the signature may cover the body, so it cannot be sent piece by piece.';
  return undefined;
};

/** A call with its body read whole where the credential or a signature needs to see all of it. Rejects with 413. */
export const gathered = async <T extends Pick<Outgoing, 'body'>>(
  service: ServiceInUse,
  outgoing: T,
): Promise<T> => {
  const why = heldBy(service);
  return why === undefined
    ? outgoing
    : { ...outgoing, body: await wholeBody(outgoing.body, { largest, why }) };
};
