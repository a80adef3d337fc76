import type { LatchkeyEvent } from '../../events.ts';
import type { Deps } from '../../ports.ts';
import { AuthAtRisk, AuthDeleted } from '../auths/events.ts';
import { countAllUsers, countUser, judgeUsers, leavePlaces } from './count-users.ts';
import { CapChanged, VerificationChanged } from './events.ts';

/** Does what an event means for the counts against caps. Told twice, it happens once. */
export const followUsers = async (
  deps: Deps,
  { type, organizationId, data }: LatchkeyEvent,
): Promise<void> => {
  switch (type) {
    // Told with each consent under an application that is not verified; of no others, so that these cost nothing.
    case AuthAtRisk.type:
      return countUser(deps, { organizationId, authId: AuthAtRisk.data.parse(data).authId });
    case AuthDeleted.type:
      return leavePlaces(deps, { organizationId, authId: AuthDeleted.data.parse(data).authId });
    case CapChanged.type:
      return countAllUsers(deps, { organizationId, umbrellaId: CapChanged.data.parse(data).umbrellaId });
    case VerificationChanged.type: {
      const { umbrellaId } = VerificationChanged.data.parse(data);
      return judgeUsers(deps, { organizationId, umbrellaId });
    }
  }
};
