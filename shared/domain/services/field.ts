import * as z from 'zod';
import { Name } from '../inputs.ts';
import { matches, patternProblem } from '../patterns.ts';

/** What the product itself fills under these names. */
const reserved = ['access_token', 'token_secret'];

/** The name under which a field fills placeholders. */
export const FieldKey = z
  .string()
  .regex(/^[a-zA-Z]\w{0,59}$/, 'Expected a letter, then letters, digits and underscores.')
  .refine((key) => !(key in {}) && !reserved.includes(key), 'This name is taken.');

/** What stands beside the input, such as `https://` or `.acme.com`. */
const Affix = z
  .string()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'Expected one line without control characters.');

const Value = z.string().min(1).max(1000, { abort: true });

const Option = z.strictObject({ value: Value, label: Name.optional() });

const Options = z
  .array(Option)
  .min(1)
  .max(100)
  .refine(
    (options) => new Set(options.map(({ value }) => value)).size === options.length,
    'Two options share a value.',
  );

const Shape = z.strictObject({
  key: FieldKey,
  title: Name.optional(),
  help: z.string().max(2000, { abort: true }).optional(),
  /** A regular expression in the syntax of RE2, for the value without prefix and suffix. */
  pattern: z.string().max(300, { abort: true }).optional(),
  /** Shown around the input and no part of the value: who pastes them with it has them taken off. */
  prefix: Affix.optional(),
  suffix: Affix.optional(),
  /** What the field is when it is left out. */
  default: Value.optional(),
  /** What may be chosen; nothing else is taken. */
  options: Options.optional(),
  required: z.boolean().default(true),
  /** Shown as dots on the connect page. Every field's value is kept as a secret, whatever this says. */
  secret: z.boolean().default(false),
  /** Fields are shown by this, low first; left out it is 0. Equal ones stay as they are listed. */
  order: z.int().min(-1000).max(1000).optional(),
});
export type Field = z.infer<typeof Shape>;

/** What of a field contradicts the rest, by the member at fault. */
const contradictions = (field: Field): readonly (readonly [keyof Field, string])[] => {
  const { pattern, options, default: value, secret } = field;
  if (pattern !== undefined && options !== undefined)
    return [['pattern', 'The options say what is taken: leave the pattern out.']];
  const problem = pattern === undefined ? undefined : patternProblem(pattern);
  if (problem !== undefined) return [['pattern', problem]];
  if (value === undefined) return [];
  if (secret) return [['default', 'A secret has no default: it would be the same for everyone.']];
  if (options && !options.some((option) => option.value === value))
    return [['default', 'Expected the value of one of the options.']];
  if (pattern !== undefined && !matches(pattern, value))
    return [['default', 'Expected a value that matches the pattern.']];
  return [];
};

/** Something that the person gives when an auth is made. */
export const Field = Shape.superRefine((field, context) => {
  for (const [member, message] of contradictions(field))
    context.addIssue({ code: 'custom', path: [member], message });
});

/** The fields of a service. */
export const Fields = z
  .array(Field)
  .max(30)
  .refine(
    (fields) => new Set(fields.map(({ key }) => key)).size === fields.length,
    'Two fields share a key.',
  );
