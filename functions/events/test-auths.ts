import { TestDue } from '#shared/domain/auths/due-events.ts';
import { testDueAuths } from '#shared/domain/auths/test-due.ts';
import { reactionTo } from '#shared/entry/reaction.ts';

/** Tests the credentials that nothing renews and whose day has come. */
export const handler = reactionTo('test-auths', TestDue, (deps, { organizationId, data }) =>
  testDueAuths(deps, organizationId, data.authIds),
);
