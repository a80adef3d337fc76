import type { Completed } from '#shared/domain/connect/complete.ts';
import type { NextPage } from '#shared/domain/connect/open.ts';
import type { Session } from '#shared/domain/connect/session.ts';
import { html, page, redirect } from '#shared/entry/page.ts';
import type { Reply } from '#shared/entry/http.ts';
import { formPage } from './form.ts';

/** Where the platform wants the person back, told how the session ended. */
const backTo = ({ returnUrl, id, status, authId }: Session): string | undefined => {
  if (returnUrl === undefined) return undefined;
  const url = new URL(returnUrl);
  url.searchParams.set('sessionId', id);
  url.searchParams.set('status', status);
  if (status === 'complete') url.searchParams.set('authId', authId);
  return url.href;
};

const connected = (session: Session): Reply => {
  const url = backTo(session);
  if (url !== undefined) return redirect(url);
  return page({
    title: 'Connected',
    body: html`<p>${session.name} is connected. You can close this window.</p>`,
  });
};

/** The page that comes next on a person's way. */
export const nextPage = (next: NextPage): Reply => {
  switch (next.kind) {
    case 'provider':
      return redirect(next.url.href);
    case 'complete':
      return connected(next.session);
    case 'form':
      return formPage(next);
  }
};

const failed = (session: Session, tryAgain: string): Reply => {
  const url = backTo(session);
  return page({
    status: 400,
    title: 'Not connected',
    body: html`
      <p>${session.error?.message ?? 'Nothing was connected.'}</p>
      <p><a class="button" href="${tryAgain}">Try again</a></p>
      ${url === undefined ? '' : html`<p><a href="${url}">Go back</a></p>`}
    `,
  });
};

/** The page at the end of a person's way: connected, or what happened and what to do. */
export const completedPage = (completed: Completed, publicUrl: string): Reply => {
  switch (completed.kind) {
    case 'unknown_state':
      return page({
        status: 400,
        title: 'This does not belong to anything we started',
        body: html`<p>
          The link back from the provider is not known here. Go back to where you began and start again.
        </p>`,
      });
    case 'used_state':
      return page({
        status: 400,
        title: 'This was used already',
        body: html`<p>
          ${
            completed.session.status === 'complete'
              ? 'The account is connected. You can close this window.'
              : 'Nothing new was connected. Go back to where you began and start again.'
          }
        </p>`,
      });
    case 'concluded':
      return completed.session.status === 'complete'
        ? connected(completed.session)
        : failed(completed.session, `${publicUrl}/connect/${completed.link.reveal()}`);
  }
};
