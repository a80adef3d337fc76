import { expect, it } from '@jest/globals';
import { passThrough } from '#functions/proxy/pass-through.ts';
import { world } from '../../support/deps.ts';
import { keyedAuth, tokenService } from '../../support/nouns.ts';
import { answer } from '../../support/watched.ts';

it('an answer tells the auth and service that it came by and, where they are news, its last URL and its try', async () => {
  const w = await world();
  const auth = await keyedAuth(w, await tokenService(w));
  const own = [
    ['etag', '"1"'],
    ['latchkey-auth', auth.id],
    ['latchkey-service', auth.serviceId],
  ];
  const answered = { ...answer(200, '', [['etag', '"1"']]), auth, tries: 1 };
  expect(passThrough(answered).headers).toEqual(own);
  expect(passThrough({ ...answered, tries: 3, url: 'https://a.example/b' }).headers).toEqual([
    ...own,
    ['latchkey-url', 'https://a.example/b'],
    ['latchkey-tries', '3'],
  ]);
});
