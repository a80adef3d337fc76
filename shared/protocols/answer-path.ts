import * as z from 'zod';

/** Where a value stands in an answer: names joined by dots, such as `authed_user.access_token`. */
export const AnswerPath = z
  .string()
  .max(200)
  .regex(/^[\w-]+(\.[\w-]+)*$/, 'Expected names joined by dots, such as team.id.');
