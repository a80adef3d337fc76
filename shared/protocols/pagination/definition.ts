import * as z from 'zod';
import { AnswerPlace } from '../answer-path.ts';
import { httpToken } from '../http-token.ts';

/** What frames a message, says who calls, or is ours: no page is asked for by it. */
const reserved =
  /^(?:authorization|connection|content-.*|cookie|expect|host|keep-alive|latchkey-.*|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

const parameter = {
  in: z.enum(['query', 'header', 'body']).default('query'),
  /** In a JSON body names joined by dots, such as `variables.after`. */
  name: z.string().min(1).max(200),
};

const soundName = (
  { in: place, name }: { readonly in: string; readonly name: string },
  context: z.RefinementCtx,
): void => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['name'], message });
  if (place === 'header' && !(httpToken.test(name) && name.length <= 100))
    refuse('Expected the name of a header (RFC 9110 §5.6.2).');
  else if (place === 'header' && reserved.test(name)) refuse('This header cannot ask for a page.');
  else if (!name.isWellFormed() || name.split('.').includes('__proto__')) refuse('This name cannot be used.');
};

/** Where a call says which page it wants. */
export const PageParameter = z.strictObject(parameter).superRefine(soundName);
export type PageParameter = z.infer<typeof PageParameter>;

/** Where a value stands in an answer: in its body, or in a header. */
export const Told = z.union([AnswerPlace, z.strictObject({ header: z.string().max(100).regex(httpToken) })], {
  error: 'Expected names joined by dots, such as meta.next, a list of names, or {"header": "X-Next"}.',
});
export type Told = z.infer<typeof Told>;

const common = {
  /** Where the list of items stands. Left out: the answer itself, or the one list that is a member of it. */
  items: AnswerPlace.optional(),
  /** How many items a page is to have; a caller who says it too is right. */
  pageSize: z
    .strictObject({ ...parameter, value: z.int().min(1).max(100_000) })
    .superRefine(soundName)
    .optional(),
};

/** Tells with false, null, 0 or an empty text that there is no further page. */
const more = Told.optional();

/** `short`: also a page with fewer items than were asked for is the last. `empty`: only one without any. */
const lastPage = z.enum(['empty', 'short']).default('empty');

const Link = z.strictObject({
  kind: z.literal('link'),
  ...common,
  /** Where the URL of the next page stands. Left out: in the header `Link`, relation `next` (RFC 8288). */
  next: Told.optional(),
});

const Cursor = z.strictObject({
  kind: z.literal('cursor'),
  ...common,
  /** Where the cursor of the next page stands, or where in the last item what is one. */
  cursor: z.union([Told, z.strictObject({ lastItem: AnswerPlace })], {
    error:
      'Expected names joined by dots, such as meta.next, a list of names, {"header": "X-Next"} or {"lastItem": "id"}.',
  }),
  into: PageParameter,
  more,
});

const Offset = z.strictObject({
  kind: z.literal('offset'),
  ...common,
  into: PageParameter.prefault({ name: 'offset' }),
  first: z.int().min(0).max(1_000_000).default(0),
  /** Where it stands how many items there are on all pages. */
  total: Told.optional(),
  more,
  lastPage,
});

const Numbered = z.strictObject({
  kind: z.literal('page'),
  ...common,
  into: PageParameter.prefault({ name: 'page' }),
  first: z.int().min(0).max(1_000_000).default(1),
  /** Where it stands how many pages there are. */
  pages: Told.optional(),
  more,
  lastPage,
});

/** How a service cuts its lists into pages. */
export const Pagination = z
  .discriminatedUnion('kind', [Link, Cursor, Offset, Numbered])
  .superRefine((pagination, context) => {
    if ('lastPage' in pagination && pagination.lastPage === 'short' && !pagination.pageSize)
      context.addIssue({
        code: 'custom',
        path: ['pageSize'],
        message: 'Say how many items a page has: without it no page can be told to be short.',
      });
  });
export type Pagination = z.infer<typeof Pagination>;
