import { expect, it } from '@jest/globals';
import { loadCredential } from '#shared/domain/auths/credential.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { otherProcess, turns, world } from '../support/deps.ts';
import { authNow, connectedAuth, countingTokens, oauth2Service } from '../support/nouns.ts';
import { jsonAnswer } from '../support/watched.ts';

it('does not bring back what was committed before, where no refresh token rotates (issue 4, seed 3400)', async () => {
  const w = await world();
  w.http.answers(countingTokens());
  const auth = await connectedAuth(w, await oauth2Service(w));
  const ref = { organizationId: w.organizationId, authId: auth.id };
  w.http.answers(() => jsonAnswer(200, { access_token: 'next', expires_in: 3600 }));

  // A holder keeps its answer, and then stands still before it commits.
  const { promise: goesOn, resolve: goOn } = Promise.withResolvers<undefined>();
  let kept = false;
  const slow = otherProcess(w.deps, {
    vault: {
      ...w.deps.vault,
      put: async (...version) => {
        await w.deps.vault.put(...version);
        kept = true;
      },
    },
    store: {
      ...w.deps.store,
      replace: async (collection, item) => {
        if (kept && collection.name === 'auth') await goesOn;
        return w.deps.store.replace(collection, item);
      },
    },
  });
  const late = freshCredential(slow, ref, { otherThan: auth.credential.version });
  await turns();

  // Meanwhile its lease ends, others commit what it has kept, and renew once more.
  await w.clock.advance(91_000);
  const found = await freshCredential(otherProcess(w.deps), ref, { ahead: true });
  expect(found.credential.version).not.toBe(auth.credential.version);
  await w.clock.advance(1_000);
  const renewed = await freshCredential(otherProcess(w.deps), ref, { otherThan: found.credential.version });

  goOn(undefined);
  await late;
  const now = await authNow(w, auth.id);
  expect(now.credential).toEqual(renewed.credential);
  expect(await loadCredential(w.deps, now, now.credential.version)).toBeDefined();
});
