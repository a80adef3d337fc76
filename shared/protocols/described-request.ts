import * as z from 'zod';
import { HeaderParams, NamedTemplates, Params, Template as JsonText } from './params.ts';
import type { Setting, Values } from './protocol.ts';
import { UrlTemplate } from './url-template.ts';

const deepest = 20;
const mostValues = 500;

type JsonIssue = readonly [path: readonly (string | number)[], message: string];

/** What is wrong with the strings of a document; a depth that is refused is told at its place and not gone into. */
const jsonIssues = (value: unknown, path: readonly (string | number)[]): readonly JsonIssue[] => {
  if (path.length > deepest) return [[path, `Expected at most ${String(deepest)} levels.`]];
  if (typeof value === 'string') {
    const { error } = JsonText.safeParse(value);
    return (error?.issues ?? []).map(({ message }) => [path, message]);
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => jsonIssues(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => jsonIssues(item, [...path, name]));
};

/** How many values a document holds; stops when they are too many, so that neither depth nor width costs anything. */
const tooMany = (document: unknown): boolean => {
  let level: readonly unknown[] = [document];
  let count = 0;
  for (let depth = 0; level.length > 0 && depth <= deepest + 1; depth += 1) {
    count += level.length;
    if (count > mostValues) return true;
    level = level.flatMap((value): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return false;
};

const JsonBody = z
  .unknown()
  .refine((value) => !tooMany(value), {
    error: `Expected at most ${String(mostValues)} values.`,
    abort: true,
  })
  .superRefine((value, context) => {
    for (const [path, message] of jsonIssues(value, []))
      context.addIssue({ code: 'custom', path: [...path], message, continue: false });
  })
  .pipe(z.json());
export type Json = z.infer<typeof JsonBody>;

/** A request that a builder describes: `{{key}}` may stand anywhere but in names and in the scheme. */
export const describedRequest = {
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('POST'),
  url: UrlTemplate,
  headers: HeaderParams,
  query: Params,
  /** The body as a form, or as JSON; one of them at the most. Templates are the strings in it. */
  form: NamedTemplates.optional(),
  json: JsonBody.optional(),
};

export const DescribedRequest = z
  .strictObject(describedRequest)
  .refine(({ form, json }) => form === undefined || json === undefined, {
    path: ['json'],
    message: 'A request has one body: say form or json.',
  });
export type DescribedRequest = z.infer<typeof DescribedRequest>;

type Template = readonly [path: string, text: string];

const below = (path: string, templates: Values | undefined): readonly Template[] =>
  Object.entries(templates ?? {}).map(([name, text]) => [`${path}.${name}`, text] as const);

const inJson = (path: string, value: Json | undefined): readonly Template[] => {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => inJson(`${path}.${name}`, item));
};

/** All templates of a described request that stands at `path` (itself at the root when it is empty). */
export const settingsOf = (
  { url, headers, query, form, json }: DescribedRequest,
  path: string,
  filledFrom: Setting['filledFrom'],
): readonly Setting[] => {
  const at = (place: string) => (path === '' ? place : `${path}.${place}`);
  const texts = [
    ...below('headers', headers),
    ...below('query', query),
    ...below('form', form),
    ...inJson('json', json),
  ];
  return [
    { path: at('url'), text: url, is: 'url', filledFrom },
    ...texts.map(([place, text]) => ({ path: at(place), text, is: 'text' as const, filledFrom })),
  ];
};
