import { AppError, invalid } from '../../errors.ts';
import { HttpFailure } from '../../ports.ts';
import type { Pagination } from '../../protocols/pagination/definition.ts';
import { judgePage, UnreadablePage, type NextPage, type Page } from '../../protocols/pagination/judge.ts';
import { withParameter } from '../../protocols/pagination/paged-request.ts';
import { repeats } from '../../protocols/pagination/repeats.ts';
import { UnusableRequest } from '../../protocols/unusable.ts';
import { discard } from '../discard.ts';
import { readText } from '../read-text.ts';
import type { ProxyAnswer } from './call.ts';
import type { Outgoing } from './send.ts';

/** Of one page, in bytes: it is read whole before its items go on. */
const largestPage = 8_388_608;
const mostPages = 10_000;

/** A request that can be sent again, for another page. */
export type Paged = Outgoing & { readonly body: Uint8Array | undefined };

export interface Pages {
  readonly pagination: Pagination;
  /** Makes one call, with all that belongs to it. */
  readonly call: (request: Paged) => Promise<ProxyAnswer>;
  /** The URL that a request asks, without the credential: what links on its page are relative to (RFC 3986 §5). */
  readonly urlOf: (request: Paged) => Promise<URL>;
  /** Whether a text holds a part of the credential. */
  readonly holds: (text: string) => Promise<boolean>;
}

const unreadable = (message: string, cause?: unknown) =>
  new AppError(502, 'unreadable_page', `The answer of the service is no page of a list. ${message}`, {
    cause,
  });

const brokeOff = (cause: unknown) =>
  new AppError(502, 'upstream_broke_off', 'The service broke off in the middle of a page.', { cause });

const tooLarge = `It is larger than ${String(largestPage)} bytes: ask for fewer items a page.`;

/** Why there is no page, in words for the caller. */
export const pageProblem = (error: unknown): unknown => {
  if (error instanceof UnreadablePage) return unreadable(error.message, error);
  if (error instanceof UnusableRequest) return invalid('unusable_request', error.message);
  if (!(error instanceof HttpFailure)) return error;
  return error.reason === 'too_large' ? unreadable(tooLarge, error) : brokeOff(error);
};

const compressed = ({ headers }: ProxyAnswer): boolean =>
  headers.some(
    ([name, value]) =>
      name.toLowerCase() === 'content-encoding' && !['', 'identity'].includes(value.trim().toLowerCase()),
  );

/** Reads an answer as the page that a request asked for. Rejects with what `pageProblem` reads. */
export const readPage = async (
  pagination: Pagination,
  request: Paged,
  answer: ProxyAnswer,
): Promise<Page> => {
  if (compressed(answer)) {
    await discard(answer);
    throw new UnreadablePage('It is compressed in a way that is not known here.');
  }
  const body = await readText(answer, largestPage);
  return judgePage(pagination, request, { headers: answer.headers, body });
};

/** A link leads wherever the service says; the call refuses what is not within it before anything goes out. */
const linked = async ({ urlOf }: Pages, request: Paged, reference: string): Promise<Paged> => {
  const url = URL.parse(reference, (await urlOf(request)).href);
  if (!url) throw new UnreadablePage('Its link to the next page is no URL.');
  return { ...request, path: '', query: '', url: url.href };
};

const following = (pages: Pages, request: Paged, next: NextPage): Paged | Promise<Paged> =>
  next.by === 'reference'
    ? linked(pages, request, next.reference)
    : withParameter(request, next.parameter, next.value);

const outside = (place: string) =>
  new AppError(
    502,
    'next_page_outside_service',
    `The service names a next page that is not within it, at ${place}; nothing was sent there. If that host belongs to the service, list it under hosts.`,
  );

/** Where a link leads, as it may be told. */
const placeOf = async ({ holds }: Pages, url: string | undefined): Promise<string> => {
  const host = URL.parse(url ?? '')?.host ?? '';
  if (host === '') return 'no host';
  return (await holds(host)) ? 'a host whose name holds a part of the credential' : host;
};

const refused = (status: number, number: number) =>
  new AppError(502, 'page_refused', `The service answered page ${String(number)} with ${String(status)}.`);

/** Whether an answer is worth reading as a page. */
export const succeeded = ({ status }: ProxyAnswer): boolean => status >= 200 && status < 300;

const fetched = async (pages: Pages, request: Paged, number: number): Promise<Page> => {
  const answer = await pages.call(request).catch(async (error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'url_outside_service') throw error;
    throw outside(await placeOf(pages, request.url));
  });
  if (succeeded(answer)) return readPage(pages.pagination, request, answer);
  await discard(answer);
  throw refused(answer.status, number);
};

const circular = () =>
  new AppError(502, 'pages_repeat', 'The service leads in circles: a page came a second time.');

const tooMany = () =>
  new AppError(502, 'too_many_pages', `The list has more than ${String(mostPages)} pages.`);

/**
 * Turns the pages of a list, the first of which is there already: answers with one at a time, undefined after the last, and
 * keeps none that it has given. Rejects with `AppError`, or with what `pageProblem` reads.
 */
export const pageTurner = (
  pages: Pages,
  first: { readonly request: Paged; readonly page: Page },
): (() => Promise<Page | undefined>) => {
  const { kind } = pages.pagination;
  const repeated = repeats(pages.pagination);
  let { request } = first;
  let ahead: Page | undefined = first.page;
  let next: NextPage | undefined;
  let turned = 0;
  let circles = false;
  const fetchNext = async (): Promise<Page | undefined> => {
    if (!next) return undefined;
    if (circles) throw circular();
    if (turned >= mostPages) throw tooMany();
    request = await following(pages, request, next);
    return fetched(pages, request, turned + 1);
  };
  return async () => {
    const page = ahead ?? (await fetchNext());
    ahead = undefined;
    next = page?.next;
    if (!page) return undefined;
    turned += 1;
    circles = repeated(page);
    // A cursor that comes again stands on a page that may be new; a numbered page that comes again is none.
    if (circles && (kind === 'offset' || kind === 'page')) throw circular();
    return page;
  };
};
