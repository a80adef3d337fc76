import { settingsOf } from '../described-request.ts';
import { describedRevocation } from '../described-revocation.ts';
import type { Protocol, Setting } from '../protocol.ts';
import { loginConversation } from './build.ts';
import type { LoginDefinition } from './definition.ts';
import { judgeLogin } from './judge.ts';
import { keptName } from './kept-name.ts';

const settings = ({ steps, revocation }: LoginDefinition): readonly Setting[] => [
  ...steps.flatMap((step, index) => {
    const alsoFilledBy = steps.slice(0, index).flatMap(({ keep }) => Object.keys(keep).map(keptName));
    return settingsOf(step, `steps.${String(index)}`, 'fields').map((setting) => ({
      ...setting,
      alsoFilledBy,
    }));
  }),
  ...(revocation ? settingsOf(revocation, 'revocation', 'answers') : []),
];

/** An API that answers described requests with a token. There is no refresh token: it is renewed by asking again. */
export const loginProtocol = (definition: LoginDefinition): Protocol => {
  const { tokenResponse, revocation, refresh } = definition;
  return {
    settings: settings(definition),
    provides: ['access_token', ...Object.keys(tokenResponse.metadata).map((name) => `metadata.${name}`)],
    needsSecrets: [],
    issue: (ground) => loginConversation(definition, ground),
    judge: (answer) => judgeLogin(answer, definition),
    ...(revocation && {
      revoke: (ground) => describedRevocation(revocation, ground),
    }),
    refusedBy: refresh.on.map(({ status }) => status),
    concurrency: refresh.concurrency,
  };
};
