import { mutation, unit, type Mutation } from '../mutation.ts';

const attempt = 'shared/domain/auths/attempt.ts';
const converse = 'shared/domain/converse.ts';
const datesFile = 'shared/domain/services/dates.ts';
const secrets = unit('shared/domain/services/two-secrets.test.ts');
const dates = unit('shared/domain/services/dates/', 'the end of a client secret');

/** Two client secrets of a service (ADR 0022), and the dates that people are told of. */
export const twoSecrets: readonly Mutation[] = [
  mutation(
    'a refresh token is sent once more whatever the provider refused it for',
    {
      file: 'shared/protocols/oauth2/judge.ts',
      find: "if (verdict.kind !== 'client') return false;",
      put: '',
    },
    secrets,
  ),
  mutation(
    'any refusal that no grant is at fault in is taken for one of the client secret',
    {
      file: 'shared/protocols/oauth2/judge.ts',
      find: 'return own || answer.status === 401 || ofTheSecret.includes(verdict.code);',
      put: 'return true;',
    },
    secrets,
  ),
  mutation(
    'the call with the next client secret is made though it may outlast the lease',
    { file: converse, find: ' || deps.clock.now() + callTimeout > until', put: '' },
    secrets,
  ),
  mutation(
    'the next client secret takes over though the provider refuses it too',
    { file: attempt, find: "if (outcome.kind === 'renewed' && heard.kind", put: 'if (heard.kind' },
    secrets,
  ),
  mutation(
    'a service that cannot be written loses the token that its next client secret has brought',
    {
      file: attempt,
      find: 'await rollOver(deps, spend.service).catch(() => undefined);',
      put: 'await rollOver(deps, spend.service);',
    },
    secrets,
  ),
  mutation(
    'the next client secret of an edit in between takes over unseen',
    {
      file: 'shared/domain/services/roll-over.ts',
      find: 'current?.version !== version || current.removedAt !== undefined',
      put: 'current === undefined || current.removedAt !== undefined',
    },
    secrets,
  ),
  mutation(
    "the next client secret of production is sent for an environment's own",
    {
      file: 'shared/domain/services/secrets.ts',
      find: "(apart || (ownSecret && name === 'nextClientSecret'))",
      put: 'apart',
    },
    secrets,
  ),
  mutation(
    'a lead time is told of again in each sweep',
    { file: datesFile, find: '.filter((lead) => lead < last)', put: '' },
    dates,
  ),
  mutation(
    'another date does not begin anew',
    { file: datesFile, find: 'told?.at === date.at ? told.lead', put: 'told ? told.lead' },
    dates,
  ),
  mutation(
    'a date that is set within its lead times is due before the sweep has begun to look',
    {
      file: datesFile,
      find: 'Math.max(Math.min(...moments), service.updatedAt)',
      put: 'Math.min(...moments)',
    },
    dates,
  ),
];
