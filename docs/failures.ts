import { brokenCalls, lostBehind, otherLosses } from '#shared/domain/auths/outcomes.ts';
import { busyStatuses } from '#shared/protocols/busy.ts';
import { refusedLogins } from '#shared/protocols/login/judge.ts';
import { problems } from '#shared/protocols/oauth1/problems.ts';
import { refusals } from '#shared/protocols/oauth2/refusals.ts';

interface Row {
  readonly says: string | number;
  readonly kind: string;
  readonly because: string;
}

const table = (rows: readonly Row[]): string =>
  [
    '| Says | Class | Because |',
    '| --- | --- | --- |',
    ...rows.map(({ says, kind, because }) => `| \`${String(says)}\` | ${kind} | ${because} |`),
  ].join('\n');

const introduction = `# Failures to renew

This page is made from the code by \`npm run docs\`; a test compares the two.

Each failure is of one class. No class but the first ends an auth; in all others a token that is still valid is used on.

| Class | Means | The auth | Told | Next try |
| --- | --- | --- | --- | --- |
| terminal | The grant is over. | \`needs_reconnect\` | \`auth.needs_reconnect\`, once | none |
| client | The OAuth application, or the definition, is refused. | as it was, while its token is good | \`service.client_rejected\`, once for the service; \`auth.refresh_failed\` when the token ends | as transient |
| transient | It may pass. | \`failing\` | \`auth.refresh_failed\`, once in a row | after one minute to one hour, by chance; never before \`Retry-After\` |
| unknown | The refresh token may be spent and the answer lost. | \`failing\` | the same | the same; \`invalid_grant\` then means \`lost_rotation\` |

The provider's code, and its words without anything secret, stand in the auth's \`failure\` and in these events.

A service says what codes of its own mean in \`auth.tokenResponse.errors\`, such as \`{"account_gone": "terminal"}\`: that counts
before all that follows. Where each auth brings its own client, what is said of the client ends that auth.`;

const broken = Object.entries(brokenCalls).map(([says, row]) => ({ says, ...row }));
const behind = [...lostBehind].map(([says, because]) => ({ says, kind: 'unknown', because }));
const busyRows = busyStatuses.map((row) => ({ ...row, kind: 'transient' }));
const others: readonly Row[] = [
  {
    says: '3xx',
    kind: 'transient',
    because: 'No redirect is followed with a credential; a sign-in page of an outage is often behind it.',
  },
  {
    says: '401 without a known code',
    kind: 'client',
    because: 'RFC 6749 §5.2: at a token endpoint, 401 is client authentication that failed.',
  },
  {
    says: 'any other status without a known code',
    kind: 'transient',
    because:
      'Firewalls and deployments answer 403, 404, 405 or 410 with a page for a while; nothing is said of the grant.',
  },
];

/** The text of docs/failures.md: what each failure to renew is taken for, and why. */
export const failuresDocument = (): string =>
  `${[
    introduction,
    '## Statuses',
    'A status of this table counts before a code beside it.',
    table(busyRows),
    'Where a refresh token was spent, these are unknown, not transient:',
    table(behind),
    'Otherwise the code counts, and where there is none:',
    table(others),
    '## Codes of OAuth 2',
    table(refusals),
    '## Problems of OAuth 1',
    "A problem that is not here is the application's.",
    table(problems),
    '## Statuses of a login',
    'The code is `login_refused`.',
    table(refusedLogins),
    '## Calls without an answer',
    'When it is certain that nothing was sent, or where no refresh token is spent, each is transient.',
    table(broken),
    table(otherLosses),
  ].join('\n\n')}\n`;
