import type { FailureRow } from '../failure-row.ts';

/** What a problem says is at fault (OAuth Problem Reporting). Any other is taken as the application's. */
export const problems: readonly FailureRow[] = [
  { says: 'token_used', kind: 'terminal', because: 'The token was exchanged before.' },
  { says: 'token_expired', kind: 'terminal', because: 'The token is over.' },
  { says: 'token_revoked', kind: 'terminal', because: 'The person took the token back.' },
  { says: 'token_rejected', kind: 'terminal', because: 'The token is none that the provider knows.' },
  { says: 'verifier_invalid', kind: 'terminal', because: 'What the person brought back is not good.' },
  {
    says: 'permission_unknown',
    kind: 'terminal',
    because: 'The person has not decided yet, and is not asked again.',
  },
  { says: 'permission_denied', kind: 'terminal', because: 'The person said no.' },
  { says: 'user_refused', kind: 'terminal', because: 'The person said no.' },
  {
    says: 'additional_authorization_required',
    kind: 'terminal',
    because: 'The person has to be asked for more.',
  },
  { says: 'nonce_used', kind: 'transient', because: 'A new attempt has a new nonce.' },
  { says: 'timestamp_refused', kind: 'transient', because: 'A new attempt has a new time.' },
  {
    says: 'consumer_key_refused',
    kind: 'transient',
    because: 'The application is refused for a while, unlike when it is rejected.',
  },
];
