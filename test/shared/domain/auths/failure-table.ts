import { HttpFailure, type IncomingResponse } from '#shared/ports.ts';
import { answer, jsonAnswer } from '../../../support/watched.ts';

type Class = 'terminal' | 'client' | 'transient' | 'unknown';

/** What a provider does when it is asked to renew, and what that must be taken for. */
export interface FailureCase {
  readonly title: string;
  /** `spends` sends a refresh token, `issues` asks anew by client credentials. */
  readonly renewal: 'spends' | 'issues';
  /** Parts of the definition's `auth`. */
  readonly auth?: Readonly<Record<string, unknown>>;
  readonly does: () => IncomingResponse | Promise<IncomingResponse>;
  readonly expected: Class;
  readonly code: string;
  readonly description?: string;
  readonly because: string;
}

type Parts = Partial<Pick<FailureCase, 'renewal' | 'auth' | 'description'>>;
type Told = readonly [expected: Class, code: string, because: string];

const row = (
  title: string,
  does: FailureCase['does'],
  [[expected, code, because], parts]: readonly [Told, Parts?],
): FailureCase => ({ title, renewal: 'spends', ...parts, does, expected, code, because });

const coded = (status: number, error: string, expected: Class, because: string, parts?: Parts) =>
  row(
    `${status} ${error}${parts?.renewal ? ` where it ${parts.renewal}` : ''}`,
    () => jsonAnswer(status, { error }),
    [[expected, error, because], parts],
  );

const html = '<!doctype html><title>Sorry</title>';
const page = [['content-type', 'text/html']] as const;
const json = [['content-type', 'application/json']] as const;

const texted = (
  title: string,
  status: number,
  body: string,
  told: Told,
  headers = json as readonly (readonly [string, string])[],
) => row(title, () => answer(status, body, headers), [told]);

const failed = (
  reason: HttpFailure['reason'],
  sent: boolean,
  expected: Class,
  because: string,
  parts?: Parts,
) =>
  row(
    `${reason}, ${sent ? 'sent' : 'not sent'}${parts?.renewal ? `, where it ${parts.renewal}` : ''}`,
    () => Promise.reject(new HttpFailure(reason, sent)),
    [[expected, reason, because], parts],
  );

const noGrant = 'nothing is said of the grant';
const lost = 'it may have been done, and the answer is lost';
const issues = { renewal: 'issues' } as const;
const perAuth = {
  renewal: 'issues',
  auth: { clientId: '{{id}}', clientSecret: undefined, clientAuthentication: 'none' },
} as const;

async function* broken(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('{"access_token":"a'));
  throw new Error('gone');
}

export const failures: readonly FailureCase[] = [
  coded(400, 'invalid_grant', 'terminal', 'RFC 6749 §5.2'),
  coded(401, 'invalid_grant', 'terminal', 'the code counts before 401'),
  coded(403, 'invalid_grant', 'terminal', 'the code counts before 403'),
  coded(200, 'invalid_grant', 'terminal', 'an error at 200 is one'),
  coded(404, 'invalid_grant', 'terminal', 'the code counts before 404'),
  coded(500, 'invalid_grant', 'transient', 'a server that fails is not believed'),
  coded(503, 'invalid_grant', 'transient', 'the same of one that is busy'),
  coded(400, 'access_denied', 'terminal', 'somebody has said no since'),
  coded(403, 'access_denied', 'client', 'by client credentials it is the application that is denied', issues),
  coded(400, 'interaction_required', 'terminal', 'only the person can go on'),
  coded(400, 'login_required', 'terminal', 'only the person can go on'),
  coded(400, 'consent_required', 'terminal', 'only the person can go on'),
  coded(200, 'bad_refresh_token', 'terminal', 'a word of its own'),
  coded(200, 'token_revoked', 'terminal', 'a word of its own'),
  coded(200, 'account_inactive', 'terminal', 'the account is closed'),
  coded(401, 'invalid_client', 'client', 'RFC 6749 §5.2'),
  coded(400, 'invalid_client', 'client', 'RFC 6749 §5.2'),
  coded(401, 'invalid_client', 'client', 'the client is the service’s', issues),
  coded(401, 'invalid_client', 'terminal', 'the client is the auth’s own', perAuth),
  coded(400, 'invalid_request', 'client', 'the definition is at fault, whoever the client is', perAuth),
  coded(400, 'unauthorized_client', 'client', 'RFC 6749 §5.2'),
  coded(400, 'unsupported_grant_type', 'client', 'RFC 6749 §5.2'),
  coded(400, 'unsupported_token_type', 'client', 'RFC 7009 §2.2.1'),
  coded(400, 'invalid_scope', 'client', 'RFC 6749 §5.2'),
  coded(400, 'invalid_target', 'client', 'RFC 8707 §2'),
  coded(400, 'invalid_dpop_proof', 'client', 'RFC 9449 §5'),
  coded(400, 'use_dpop_nonce', 'client', 'RFC 9449 §8'),
  coded(401, 'something_new', 'client', '401 at a token endpoint is client authentication'),
  coded(400, 'something_new', 'transient', noGrant),
  coded(400, 'slow_down', 'transient', 'RFC 8628 §3.5'),
  coded(400, 'temporarily_unavailable', 'transient', 'RFC 6749 §4.1.2.1'),
  coded(400, 'server_error', 'transient', 'RFC 6749 §4.1.2.1'),
  coded(200, 'server_error', 'unknown', 'a success by its status: the token may be spent'),
  coded(400, 'own_end', 'terminal', 'the definition says so', {
    auth: { tokenResponse: { errors: { own_end: 'terminal' } } },
  }),
  coded(400, 'invalid_grant', 'transient', 'the definition counts before all', {
    auth: { tokenResponse: { errors: { invalid_grant: 'transient' } } },
  }),
  coded(503, 'gone_for_good', 'terminal', 'the definition counts before the status too', {
    auth: { tokenResponse: { errors: { gone_for_good: 'terminal' } } },
  }),
  ...[408, 409, 423, 425, 429, 500, 501, 503, 521, 599].map((status) =>
    texted(`${status} of HTML`, status, html, ['transient', `http_${status}`, noGrant], page),
  ),
  ...[502, 504, 520, 524].map((status) =>
    texted(`${status} of HTML`, status, html, ['unknown', `http_${status}`, lost], page),
  ),
  row('504 where nothing is spent', () => answer(504), [
    ['transient', 'http_504', 'asking again loses nothing'],
    issues,
  ]),
  ...[301, 302, 304, 307].map((status) =>
    texted(String(status), status, '', ['transient', 'unexpected_redirect', 'no redirect is followed']),
  ),
  texted('400 without a word', 400, '', ['transient', 'unreadable_answer', noGrant]),
  texted('400 of HTML', 400, html, ['transient', 'unreadable_answer', noGrant], page),
  texted('401 without a word', 401, '', ['client', 'unreadable_answer', 'RFC 6749 §5.2']),
  texted('401 of HTML', 401, html, ['client', 'unreadable_answer', 'RFC 6749 §5.2'], page),
  ...[403, 404, 405, 410, 415].map((status) =>
    texted(
      `${status} of HTML`,
      status,
      html,
      ['transient', 'unreadable_answer', 'firewalls and deployments answer so'],
      page,
    ),
  ),
  texted('200 without a body', 200, '', ['unknown', 'unreadable_answer', lost]),
  texted('204', 204, '', ['unknown', 'unreadable_answer', lost]),
  texted('200 of HTML', 200, html, ['unknown', 'unreadable_answer', lost], page),
  texted('200 of HTML that says that it is JSON', 200, html, ['unknown', 'unreadable_answer', lost]),
  texted('200 with JSON that is cut off', 200, '{"access_token":"a', ['unknown', 'unreadable_answer', lost]),
  texted('200 with null', 200, 'null', ['unknown', 'unreadable_answer', lost]),
  texted('200 without a token', 200, '{"ok":true}', ['unknown', 'unreadable_answer', lost]),
  texted(
    '400 invalid_grant that says that it is HTML',
    400,
    '{"error":"invalid_grant"}',
    ['terminal', 'invalid_grant', 'the text counts'],
    page,
  ),
  texted('400 invalid_grant as a form', 400, 'error=invalid_grant', [
    'terminal',
    'invalid_grant',
    'the text counts',
  ]),
  row('200 without a token where nothing is spent', () => jsonAnswer(200, {}), [
    ['transient', 'unreadable_answer', 'asking again loses nothing'],
    issues,
  ]),
  row('more than 1 MB', () => answer(200, 'x'.repeat(1_048_577)), [['unknown', 'too_large', lost]]),
  row('a body that breaks off', () => answer(200, broken(), json), [['unknown', 'reset', lost]]),
  failed('dns', false, 'transient', 'nothing was sent'),
  failed('connect', false, 'transient', 'nothing was sent'),
  failed('tls', false, 'transient', 'nothing was sent'),
  failed('timeout', false, 'transient', 'nothing was sent'),
  failed('timeout', true, 'unknown', lost),
  failed('reset', true, 'unknown', lost),
  failed('reset', false, 'transient', 'nothing was sent'),
  failed('aborted', true, 'unknown', lost),
  failed('timeout', true, 'transient', 'asking again loses nothing', issues),
  failed('reset', true, 'transient', 'asking again loses nothing', issues),
  row(
    'invalid_grant with words that repeat what was sent',
    () =>
      jsonAnswer(400, {
        error: 'invalid_grant',
        error_description: 'Token refresh-1 of ada@acme.example has been revoked (client-secret).',
      }),
    [['terminal', 'invalid_grant', 'RFC 6749 §5.2'], { description: 'Token … of … has been revoked (…).' }],
  ),
  row(
    '503 with words where the definition says',
    () => jsonAnswer(503, { fault: { text: 'Back at noon.' } }),
    [
      ['transient', 'http_503', noGrant],
      { auth: { tokenResponse: { errorDescription: 'fault.text' } }, description: 'Back at noon.' },
    ],
  ),
  row(
    'invalid_client with words',
    () => jsonAnswer(401, { error: 'invalid_client', error_description: 'Secret expired.' }),
    [['client', 'invalid_client', 'RFC 6749 §5.2'], { description: 'Secret expired.' }],
  ),
];
