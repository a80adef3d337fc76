import * as z from 'zod';
import { templateProblem } from '../template.ts';
import { httpToken } from './http-token.ts';

/** Refuses a text in which a placeholder is malformed. */
export const soundTemplate = (text: string, context: z.RefinementCtx): void => {
  const problem = templateProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
};

/** A text in which `{{key}}` stands for fields. */
export const Template = z.string().max(2000, { abort: true }).superRefine(soundTemplate);

const ParamName = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => !(name in {}), 'This name is taken.');

const mostNames = 50;

/** An object whose names are not known beforehand. Its size is judged before anything of it is looked at. */
export const named = <K extends z.core.$ZodRecordKey, V extends z.ZodType>(most: number, key: K, value: V) =>
  z.preprocess(
    (names, context) => {
      if (typeof names === 'object' && names !== null && Object.keys(names).length > most)
        context.addIssue({
          code: 'custom',
          message: `Expected at most ${String(most)} names.`,
          continue: false,
        });
      return names;
    },
    z.record(key, value),
  );

/** Parameters by name; values are templates. */
export const NamedTemplates = named(mostNames, ParamName, Template);

/** The name under which a value of an answer is kept: `{{metadata.name}}`. */
const ValueName = z
  .string()
  .regex(/^\w{1,60}$/, 'Expected 1 to 60 letters, digits and underscores.')
  .refine((name) => !(name in {}), 'This name is taken.');

/** Where values stand that are kept by name. */
export const keptByName = <T extends z.ZodType>(place: T) => named(mostNames, ValueName, place).default({});

/** The same, none when left out. */
export const Params = NamedTemplates.default({});

/** Headers by name (RFC 9110 §5.6.2); values are templates. */
export const HeaderParams = named(
  mostNames,
  z
    .string()
    .max(100)
    .regex(httpToken, 'Expected the characters that a header name may hold (RFC 9110 §5.6.2).')
    .refine((name) => !(name in {}), 'This name is taken.'),
  Template.regex(/^[^\r\n\0]*$/, 'A header is one line.'),
).default({});

/**
 * What every `refresh` has: which answers to a proxied call say that the token is over, the life of a token whose answer tells
 * none, and how many renewals that the schedule asks for may be under way at once.
 */
export const refreshOn = {
  concurrency: z.int().min(1).max(500).optional(),
  defaultLifetimeSeconds: z.int().min(1).max(315_360_000).optional(),
  on: z
    .array(z.strictObject({ status: z.int().min(400).max(499) }))
    .max(10)
    .default([{ status: 401 }]),
};
