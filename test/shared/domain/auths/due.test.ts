import { expect, it } from '@jest/globals';
import { auths } from '#shared/domain/auths/auth.ts';
import { world } from '../../../support/deps.ts';
import { authNow, connectedAuth, countingTokens, oauth2Service } from '../../../support/nouns.ts';

it('looks after a renewal in the moment in which its lease ends, and not from when it was due (issue 4)', async () => {
  const w = await world();
  w.http.answers(countingTokens());
  const { id } = await connectedAuth(w, await oauth2Service(w));
  const auth = { ...(await authNow(w, id)), refreshAt: 1_000 };
  const attempt = { id: 'a', until: 91_000, spends: '', again: false };
  expect(auths.place(auth).due).toMatchObject({ at: 1_000, act: 'refresh' });
  expect(auths.place({ ...auth, attempt }).due).toMatchObject({ at: 91_000, act: 'refresh' });
  expect(auths.place({ ...auth, attempt: { ...attempt, until: 0 } }).due).toMatchObject({
    at: 1_000,
    act: 'refresh',
  });
});
