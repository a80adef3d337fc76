import { expect, it } from '@jest/globals';
import { amendAuth } from '#shared/domain/auths/amend.ts';
import { auths } from '#shared/domain/auths/auth.ts';
import { endUnreadable } from '#shared/domain/auths/end-unreadable.ts';
import { over } from '#shared/domain/auths/over.ts';
import { currentService } from '#shared/domain/services/current.ts';
import { world } from '../../../support/deps.ts';
import { authNow, countingTokens, makeAuth } from '../../../support/nouns.ts';
import { clientDocument, serviceOf } from '../../../support/types.ts';

it('leaves an auth alone that is over by now, also where its type asks anew: nothing may be due that no renewal ends', async () => {
  const w = await world();
  w.http.answers(countingTokens());
  const { id: serviceId } = await serviceOf(w, clientDocument({}, {}));
  const auth = await makeAuth(w, { serviceId });
  await amendAuth(w.deps, { organizationId: w.organizationId, authId: auth.id }, (current) =>
    over(w.deps, current, { cause: 'service_changed', code: 'service_changed', umbrella: undefined }),
  );
  const ended = await authNow(w, auth.id);
  await expect(endUnreadable(w.deps, auth, await currentService(w.deps, auth))).rejects.toMatchObject({
    code: 'needs_reconnect',
  });
  expect(await authNow(w, auth.id)).toEqual(ended);
  expect(auths.place(ended).due).toBeUndefined();
});
