import { mutation, unit, type Mutation } from '../mutation.ts';

const auths = 'shared/domain/auths';
const renewal = unit('shared/domain/auths/fresh-credential/');
const judging = unit('shared/protocols/oauth2/judge.test.ts');
const judge = 'shared/protocols/oauth2/judge.ts';
const refusals = 'shared/protocols/oauth2/refusals.ts';
const invalidClient =
  "    ['invalid_client', 'RFC 6749 §5.2: client authentication failed; no grant is at fault.'],\n";
const terminal = "    'terminal',\n";

/** What an answer, or none, means for the auth. */
export const outcomes: readonly Mutation[] = [
  mutation(
    'an outage is taken for a revoked grant, as with a 502 (transient judged terminal)',
    {
      file: judge,
      find: "return { kind: 'transient', code: told, retryAfter };",
      put: "return { kind: 'terminal', code: told, retryAfter };",
    },
    judging,
  ),
  mutation(
    'an error code that nobody knows is taken for a revoked grant',
    {
      file: judge,
      find: "(status === 401 ? 'client' : 'transient')",
      put: "(status === 401 ? 'client' : 'terminal')",
    },
    renewal,
  ),
  {
    name: 'a refused application ends the auths of its service (invalid_client judged terminal)',
    changes: [
      { file: refusals, find: invalidClient, put: '' },
      { file: refusals, find: terminal, put: terminal + invalidClient },
    ],
    red: renewal,
  },
  mutation(
    'a failure that may pass ends the auth',
    {
      file: `${auths}/fail.ts`,
      find: "    case 'terminal':\n",
      put: "      case 'terminal':\n      case 'transient':\n",
    },
    renewal,
  ),
  mutation(
    'a connection that broke after sending is taken for one that sent nothing (unknown outcome forgotten)',
    {
      file: `${auths}/outcomes.ts`,
      find: "sent && spends ? brokenCalls[reason].kind : 'transient'",
      put: "'transient'",
    },
    renewal,
  ),
  mutation(
    'the intent is cleared although nobody knows what became of it (unknown outcome forgotten)',
    {
      file: `${auths}/fail.ts`,
      find: 'return { ...triedInVain(deps, auth, failure), attempt: { ...attempt, until: 0 } };',
      put: 'return { ...triedInVain(deps, auth, failure), attempt: undefined };',
    },
    renewal,
  ),
  mutation(
    'a later failure clears an outcome that nobody knows',
    {
      file: `${auths}/fail.ts`,
      find: 'attempt.again ? { ...attempt, until: 0 } : undefined',
      put: 'undefined',
    },
    renewal,
  ),
  mutation(
    'a gateway that lost the answer is taken for a provider that did nothing',
    { file: `${auths}/outcomes.ts`, find: ' || lostBehind.has(status)', put: '' },
    renewal,
  ),
  mutation(
    'Retry-After is ignored',
    { file: `${auths}/fail.ts`, find: 'retryAfter(asked, now)', put: '0' },
    renewal,
  ),
  mutation(
    'Retry-After is read in seconds alone, not as a date',
    { file: `${auths}/timing.ts`, find: 'Date.parse(value) - now', put: '0' },
    renewal,
  ),
  mutation(
    'a token that is still valid is not used while renewing fails',
    {
      file: `${auths}/fresh-credential.ts`,
      find: 'if (left(auth, now) <= 0) throw renewalFailed',
      put: "if (auth.state === 'failing') throw renewalFailed",
    },
    renewal,
  ),
  mutation(
    'a token that is over and has nothing to be renewed with is called fine',
    { file: `${auths}/fail.ts`, find: 'accessExpiresAt > deps.clock.now()', put: 'accessExpiresAt > 0' },
    renewal,
  ),
];
