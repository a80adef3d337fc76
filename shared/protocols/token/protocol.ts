import { settingsOf } from '../described-request.ts';
import { describedRevocation } from '../described-revocation.ts';
import type { Protocol } from '../protocol.ts';
import type { TokenDefinition } from './definition.ts';

/** A token API: the fields are the credential. Nothing is asked for, so there is no answer to judge. */
export const tokenProtocol = ({ revocation }: TokenDefinition): Protocol => ({
  settings: revocation ? settingsOf(revocation, 'revocation', 'fields') : [],
  provides: [],
  needsSecrets: [],
  judge: () => ({ kind: 'transient', code: 'unreadable_answer' }),
  ...(revocation && {
    revoke: (ground) => describedRevocation(revocation, ground),
  }),
  refusedBy: [],
});
