import * as z from 'zod';

/** Where a value stands in an answer: names joined by dots, such as `authed_user.access_token`, or `data.0.token` in a list. */
export const AnswerPath = z
  .string()
  .max(200, { abort: true })
  .regex(/^[\w-]+(\.[\w-]+)*$/, 'Expected names joined by dots, such as team.id.');

/** A list has no members but its places: `length` is none of the provider's words. */
const isMember = (holder: object, name: string): boolean =>
  Object.hasOwn(holder, name) && (!Array.isArray(holder) || /^\d+$/.test(name));

/** The value that stands at a path of an answer; undefined when there is none. What every object inherits is never found. */
export const valueAt = (answer: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((holder, name) => {
    if (typeof holder !== 'object' || holder === null || !isMember(holder, name)) return undefined;
    return Object.getOwnPropertyDescriptor(holder, name)?.value;
  }, answer);
