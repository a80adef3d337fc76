import { valueAt, type AnswerPlace } from '../answer-path.ts';
import type { Pairs } from '../protocol.ts';
import type { PageParameter, Pagination, Told } from './definition.ts';
import { parseExact, scalarText } from '../exact-json.ts';
import { linkOf } from './link-header.ts';
import { parameterIn, type PagedRequest } from './paged-request.ts';

/** An answer that is to be a page. */
export interface PageAnswer {
  readonly headers: Pairs;
  readonly body: string;
}

/** How the next page is asked for: by a reference to it, or by setting a parameter in the request before. */
export type NextPage =
  | { readonly by: 'reference'; readonly reference: string }
  | { readonly by: 'parameter'; readonly parameter: PageParameter; readonly value: unknown };

/** What stands on a page, and what follows it; nothing after the last. */
export interface Page {
  readonly items: readonly unknown[];
  readonly next: NextPage | undefined;
}

/** An answer is no page as the service describes them. The message holds none of its values. */
export class UnreadablePage extends Error {}

const contentOf = (body: string): unknown => {
  try {
    return parseExact(body);
  } catch (cause) {
    throw new UnreadablePage('The answer is no JSON.', { cause });
  }
};

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** The list itself, or the one list among the members at the top. */
const onlyList = (content: unknown): readonly unknown[] => {
  if (isList(content)) return content;
  const lists = typeof content === 'object' && content !== null ? Object.values(content).filter(isList) : [];
  const [only, another] = lists;
  if (only && !another) return only;
  throw new UnreadablePage(
    `The answer holds ${only ? 'several lists' : 'no list'}: say in pagination.items where the items stand.`,
  );
};

const itemsIn = (content: unknown, { items: place }: Pagination): readonly unknown[] => {
  if (place === undefined) return onlyList(content);
  const found = valueAt(content, place);
  if (isList(found)) return found;
  throw new UnreadablePage('Where pagination.items points to in the answer, there is no list.');
};

interface Read extends PageAnswer {
  readonly content: unknown;
  readonly items: readonly unknown[];
  readonly request: PagedRequest;
}

const toldIn = ({ content, headers }: Read, told: Told): unknown => {
  if (typeof told === 'string' || Array.isArray(told)) return valueAt(content, told);
  return headers.find(([name]) => name.toLowerCase() === told.header.toLowerCase())?.[1];
};

/** Whether a value says no: what APIs write for "nothing more" and "no cursor". */
const saysNo = (value: unknown): boolean =>
  value === null || value === false || value === 0 || value === '' || value === 'false';

const atEnd = (read: Read, more: Told | undefined): boolean =>
  more !== undefined && saysNo(toldIn(read, more));

const numberIn = (read: Read, told: Told | undefined): number | undefined => {
  const text = told === undefined ? undefined : scalarText(toldIn(read, told));
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
};

const byLink = (read: Read, { next }: Pagination & { kind: 'link' }): NextPage | undefined => {
  const reference = next === undefined ? linkOf(read.headers, 'next') : toldIn(read, next);
  if (reference === undefined || saysNo(reference)) return undefined;
  if (typeof reference === 'string') return { by: 'reference', reference };
  throw new UnreadablePage('Where pagination.next points to in the answer, there is no URL.');
};

/** What tells an item from all others; 0 does, too. */
const lastItemAt = ({ items }: Read, place: AnswerPlace): unknown => {
  const value = valueAt(items.at(-1), place);
  if (items.length === 0 || scalarText(value)) return value;
  throw new UnreadablePage('The last item does not hold what pagination.cursor names.');
};

const byCursor = (read: Read, pagination: Pagination & { kind: 'cursor' }): NextPage | undefined => {
  const { cursor, into, more } = pagination;
  if (atEnd(read, more)) return undefined;
  const ofLast = typeof cursor === 'object' && 'lastItem' in cursor;
  const value = ofLast ? lastItemAt(read, cursor.lastItem) : toldIn(read, cursor);
  return value === undefined || (!ofLast && saysNo(value))
    ? undefined
    : { by: 'parameter', parameter: into, value };
};

/** The number that the request bears; a text that is none counts as the first. */
const numberSent = (request: PagedRequest, parameter: PageParameter, otherwise: number): number => {
  const sent = parameterIn(request, parameter) ?? '';
  return /^\d{1,15}$/.test(sent) ? Number(sent) : otherwise;
};

const isShort = (
  { request, items }: Read,
  { lastPage, pageSize }: Pagination & { kind: 'offset' | 'page' },
) =>
  items.length === 0 ||
  (lastPage === 'short' &&
    pageSize !== undefined &&
    items.length < numberSent(request, pageSize, pageSize.value));

const byNumber = (read: Read, pagination: Pagination & { kind: 'offset' | 'page' }): NextPage | undefined => {
  const { kind, into, first, more } = pagination;
  const at = numberSent(read.request, into, first);
  const value = kind === 'page' ? at + 1 : at + read.items.length;
  // How many there are in all, counted as the parameter counts.
  const most = kind === 'page' ? numberIn(read, pagination.pages) : numberIn(read, pagination.total);
  const past = most !== undefined && value >= most + first;
  return past || atEnd(read, more) || isShort(read, pagination)
    ? undefined
    : { by: 'parameter', parameter: into, value };
};

/** Reads an answer to a request as a page of a service. Throws `UnreadablePage`. */
export const judgePage = (pagination: Pagination, request: PagedRequest, answer: PageAnswer): Page => {
  const content = contentOf(answer.body);
  const items = itemsIn(content, pagination);
  const read = { ...answer, content, items, request };
  switch (pagination.kind) {
    case 'link':
      return { items, next: byLink(read, pagination) };
    case 'cursor':
      return { items, next: byCursor(read, pagination) };
    default:
      return { items, next: byNumber(read, pagination) };
  }
};
