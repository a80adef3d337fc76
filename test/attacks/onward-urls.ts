import { HttpRequest } from '#shared/domain/http-requests/document.ts';
import { sendHttpRequest } from '#shared/domain/http-requests/send.ts';
import { readText } from '#shared/domain/read-text.ts';
import { actor, keyedAuth, tokenDocument } from '../support/nouns.ts';
import { serviceOf } from '../support/types.ts';
import { answer, jsonAnswer } from '../support/watched.ts';
import { called, listing, type UrlKind } from './attempts.ts';
import { good, goodPlain, type Stage } from './stage.ts';

const https = (url: string): string => url.replace(/^http:/, 'https:');

/** As a header can carry it. */
const onOneLine = (url: string): string => url.replace(/[^\x21-\x7e]/gu, encodeURIComponent);

const keyed = async (s: Stage, document: Parameters<typeof serviceOf>[1]) =>
  keyedAuth(s, await serviceOf(s, document));

/** Reads a list to its end, so that every page is asked for. */
const paged = async (s: Stage, url: string, parts: object) => {
  const auth = await keyed(s, tokenDocument({ baseUrl: good, hosts: listing(url), ...parts }));
  const redirects = { most: 5, keepMethod: false, keepAuthorization: true };
  const answered = await called(s, auth, { options: { mostItems: 10, redirects } });
  return readText(answered, 10_000);
};

const sent = async (s: Stage, document: Parameters<typeof serviceOf>[1], request: object) => {
  const { id: authId } = await keyed(s, document);
  return sendHttpRequest(s.deps, {
    actor: actor(s),
    workspaceId: s.workspaceId,
    request: HttpRequest.parse({ authId, ...request }),
  });
};

/** Where a call goes on to: redirects, pages and documents. */
export const onwardUrls: readonly UrlKind[] = [
  ...[true, false].map((keepAuthorization): UrlKind => ({
    name: `the target of a redirect that is followed with${keepAuthorization ? '' : 'out'} the credential`,
    attempt: async (s, url) => {
      const redirects = { most: 5, keepMethod: true, keepAuthorization };
      const document = tokenDocument({ baseUrl: goodPlain, hosts: listing(url) });
      const auth = await keyed(s, document);
      // No credential goes to a listed host but over TLS.
      const to = keepAuthorization ? url.replace(/^http:/, 'https:') : url;
      s.answers(() => answer(307, '', [['location', onOneLine(to)]]));
      return called(s, auth, { options: { redirects } });
    },
  })),
  {
    name: 'the target of the last of several redirects',
    attempt: async (s, url) => {
      let left = 3;
      s.answers(() => answer(302, '', [['location', (left -= 1) > 0 ? `/${left}` : onOneLine(url)]]));
      const redirects = { most: 5, keepMethod: false, keepAuthorization: false };
      const auth = await keyed(s, tokenDocument({ baseUrl: goodPlain }));
      return called(s, auth, { options: { redirects } });
    },
  },
  {
    name: 'the next page that a header names',
    attempt: async (s, url) => {
      s.answers(() => jsonAnswer(200, [1], [['link', `<${onOneLine(https(url))}>; rel="next"`]]));
      return paged(s, url, { pagination: { kind: 'link' } });
    },
  },
  {
    name: 'the next page that a member of the answer names',
    attempt: async (s, url) => {
      s.answers(() => jsonAnswer(200, { items: [1], next: https(url) }));
      return paged(s, url, { pagination: { kind: 'link', next: 'next' } });
    },
  },
  {
    name: 'a redirect of a page',
    attempt: async (s, url) => {
      s.answers(({ url: asked }) =>
        asked.includes('page=2')
          ? answer(302, '', [['location', onOneLine(url)]])
          : jsonAnswer(200, [1], [['link', '</me?page=2>; rel="next"']]),
      );
      return paged(s, url, { baseUrl: goodPlain, pagination: { kind: 'link' } });
    },
  },
  {
    name: 'the URL of a document that is called',
    attempt: async (s, url) =>
      sent(s, tokenDocument({ baseUrl: url, hosts: listing(url) }), { url: url.split('#')[0] }),
  },
  {
    name: 'the URL of a document at a host that the service lists',
    attempt: async (s, url) =>
      sent(s, tokenDocument({ baseUrl: good, hosts: listing(url) }), { url: https(url).split('#')[0] }),
  },
  {
    name: 'the target of a redirect that a document has followed',
    attempt: async (s, url) => {
      s.answers(() => answer(308, '', [['location', onOneLine(url)]]));
      return sent(s, tokenDocument({ baseUrl: goodPlain }), { path: '/me', followRedirects: true });
    },
  },
];
