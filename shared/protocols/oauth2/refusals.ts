import type { FailureRow } from '../failure-row.ts';

type Row = readonly [says: string, because: string];

const rows = (kind: FailureRow['kind'], ...all: readonly Row[]): readonly FailureRow[] =>
  all.map(([says, because]) => ({ says, kind, because }));

/** What the codes of a token endpoint say (RFC 6749 §5.2). A code that is not here is taken by its status. */
export const refusals: readonly FailureRow[] = [
  ...rows(
    'terminal',
    [
      'invalid_grant',
      'RFC 6749 §5.2: the refresh token or code is over, revoked, or was issued to another client.',
    ],
    [
      'access_denied',
      'RFC 6749 §4.1.2.1: a person or an administrator has said no; asked at a token endpoint, they have said so since.',
    ],
    [
      'interaction_required',
      'OpenID Connect Core §3.1.2.6: only the person can go on; a policy has changed.',
    ],
    ['login_required', 'OpenID Connect Core §3.1.2.6: the person has to sign in again.'],
    ['consent_required', 'OpenID Connect Core §3.1.2.6: the person has to agree again.'],
    ['account_selection_required', 'OpenID Connect Core §3.1.2.6: the person has to choose.'],
    ['bad_verification_code', 'A word of its own for invalid_grant, also at status 200.'],
    ['bad_refresh_token', 'The same.'],
    ['invalid_refresh_token', 'The same.'],
    ['refresh_token_expired', 'The same.'],
    ['refresh_token_revoked', 'The same.'],
    ['invalid_code', 'The same.'],
    ['code_already_used', 'The same.'],
    ['code_expired', 'The same.'],
    ['expired_token', 'The same; in RFC 8628 §3.5 of a device code.'],
    ['token_expired', 'The same.'],
    ['token_revoked', 'The same.'],
    ['account_inactive', 'The account of the person, or all of its team, is closed.'],
  ),
  ...rows(
    'client',
    ['invalid_client', 'RFC 6749 §5.2: client authentication failed; no grant is at fault.'],
    ['unauthorized_client', 'RFC 6749 §5.2: the application may not use this grant type.'],
    ['invalid_request', 'RFC 6749 §5.2: the definition makes a request that the provider does not take.'],
    ['unsupported_grant_type', 'RFC 6749 §5.2: the same of the grant type.'],
    ['unsupported_token_type', 'RFC 7009 §2.2.1: the same of the type of the token.'],
    ['invalid_scope', 'RFC 6749 §5.2: the definition asks for what the application may not have.'],
    ['invalid_target', 'RFC 8707 §2: the same of `resource`.'],
    ['invalid_dpop_proof', 'RFC 9449 §5: the provider wants proofs that the definition does not describe.'],
    ['use_dpop_nonce', 'RFC 9449 §8: the same.'],
    ['incorrect_client_credentials', 'A word of its own for invalid_client.'],
    ['invalid_client_id', 'The same.'],
    ['bad_client_secret', 'The same.'],
    ['invalid_client_secret', 'The same.'],
    ['redirect_uri_mismatch', 'The application is registered with another redirect URI.'],
    ['bad_redirect_uri', 'The same.'],
  ),
  ...rows(
    'transient',
    ['temporarily_unavailable', 'RFC 6749 §4.1.2.1: overloaded or in maintenance.'],
    ['server_error', 'RFC 6749 §4.1.2.1: an unexpected condition; nothing is said of the grant.'],
    ['slow_down', 'RFC 8628 §3.5: asked too often.'],
    ['authorization_pending', 'RFC 8628 §3.5: the person has not decided yet.'],
  ),
];

/** The definition is at fault in these, whoever the client is. */
export const ofTheDefinition = [
  'invalid_request',
  'unsupported_grant_type',
  'unsupported_token_type',
  'invalid_dpop_proof',
  'use_dpop_nonce',
];

/** These refuse the client's proof of who it is (RFC 6749 §5.2), so that nothing was spent; another secret may be taken. */
export const ofTheSecret = [
  'invalid_client',
  'unauthorized_client',
  'incorrect_client_credentials',
  'invalid_client_id',
  'bad_client_secret',
  'invalid_client_secret',
];
