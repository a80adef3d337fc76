import * as z from 'zod';

/** Where a value stands in an answer: names joined by dots, such as `authed_user.access_token`, or `data.0.token` in a list. */
export const AnswerPath = z
  .string()
  .max(200, { abort: true })
  .regex(/^[\w-]+(\.[\w-]+)*$/, 'Expected names joined by dots, such as team.id.');

/** The same, or the names in a list: some hold dots and other signs, such as `["@odata.nextLink"]`. */
export const AnswerPlace = z.union([AnswerPath, z.array(z.string().min(1).max(200)).min(1).max(20)], {
  error: 'Expected names joined by dots, such as meta.next, or a list of names, such as ["@odata.nextLink"].',
});
export type AnswerPlace = z.infer<typeof AnswerPlace>;

/** A list has no members but its places: `length` is none of the provider's words. */
const isMember = (holder: object, name: string): boolean =>
  Object.hasOwn(holder, name) && (!Array.isArray(holder) || /^\d+$/.test(name));

/** The value that stands at a path of an answer; undefined when there is none. What every object inherits is never found. */
export const valueAt = (answer: unknown, path: AnswerPlace): unknown =>
  (typeof path === 'string' ? path.split('.') : path).reduce<unknown>((holder, name) => {
    if (typeof holder !== 'object' || holder === null || !isMember(holder, name)) return undefined;
    return Object.getOwnPropertyDescriptor(holder, name)?.value;
  }, answer);
