import type { AppError } from '../errors.ts';
import type { Reply } from './http.ts';
import { html, page } from './page.ts';

/** An error as the page that a person sees. */
export const errorPage = ({ status, message }: AppError): Promise<Reply> =>
  Promise.try(page, {
    status,
    title: status >= 500 ? 'That did not work' : 'This page cannot be shown',
    body: html`<p>${message}</p>`,
  });
