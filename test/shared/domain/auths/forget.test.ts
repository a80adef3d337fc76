import { expect, it } from '@jest/globals';
import { credentialRef } from '#shared/domain/auths/auth.ts';
import { freshCredential } from '#shared/domain/auths/fresh-credential.ts';
import { refreshNow } from '#shared/domain/auths/refresh-now.ts';
import { vaultPath } from '#shared/vault.ts';
import { world } from '../../../support/deps.ts';
import { authNow, connectedAuth, countingTokens, oauth2Service } from '../../../support/nouns.ts';

it('keeps the version that is in use and the one before, however often the token was renewed', async () => {
  const w = await world();
  w.http.answers(countingTokens());
  const auth = await connectedAuth(w, await oauth2Service(w));
  const where = { organizationId: auth.organizationId, workspaceId: auth.workspaceId, authId: auth.id };
  for (let round = 0; round < 6; round += 1) await refreshNow(w.deps, where);
  const current = await authNow(w, auth.id);
  expect(current.credential.before).toBeDefined();
  expect(w.vault.versions(vaultPath(credentialRef(auth)))).toBe(2);
  await expect(freshCredential(w.deps, where)).resolves.toMatchObject({ state: 'active' });
});
