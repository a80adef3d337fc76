import * as z from 'zod';
import { fill, required } from '../template.ts';
import { withBody } from './apply/body.ts';
import { withParameters } from './apply/form.ts';
import { basic, withCookies, withHeaders } from './apply/headers.ts';
import { withSegments } from './apply/path.ts';
import type { PlacedRequest } from './apply/placed-request.ts';
import { httpToken } from './http-token.ts';
import { Template } from './params.ts';
import type { Pairs, Values } from './protocol.ts';

export { UnusableBody, UnusableCredential, type PlacedRequest } from './apply/placed-request.ts';

/** What frames a message or belongs to one connection; a rule that set one would break the request, or split it in two. */
const framing =
  /^(?:connection|content-encoding|content-length|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

const places = ['query', 'header', 'body', 'path', 'cookie', 'basic'] as const;

const Rule = z.strictObject({
  in: z.enum(places).default('query'),
  name: z.string().min(1).max(200).optional(),
  value: Template.min(1),
});

const nameProblem = ({ in: place, name }: z.infer<typeof Rule>): string | undefined => {
  if (place === 'basic') return undefined;
  if (name === undefined) return 'A name is needed for every place but basic.';
  if ((place === 'header' || place === 'cookie') && !httpToken.test(name))
    return 'Expected the characters that a header or cookie name may hold (RFC 9110 §5.6.2).';
  if (place === 'header' && framing.test(name)) return 'This header is written by whoever sends the request.';
  if (place === 'path' && !/^[\w.-]+$/.test(name))
    return 'Expected letters, digits, dots, dashes and underscores: the segment {name} of the path is replaced.';
  return name === '__proto__' || !name.isWellFormed() ? 'This name cannot be used.' : undefined;
};

/** Where one part of a credential goes. A parameter without a stated place is a query parameter (R29). */
export const Applied = Rule.superRefine((rule, context) => {
  const problem = nameProblem(rule);
  if (problem !== undefined) context.addIssue({ code: 'custom', path: ['name'], message: problem });
  if ((rule.in === 'header' || rule.in === 'cookie') && /[\r\n]/.test(rule.value))
    context.addIssue({ code: 'custom', path: ['value'], message: 'A header is one line.' });
});
export type Applied = z.infer<typeof Applied>;

/** RFC 6750 §2.1, for services of OAuth 2 that say nothing else. */
export const bearer: Applied = { in: 'header', name: 'Authorization', value: 'Bearer {{access_token}}' };

interface ApplyOptions {
  /** Fields that the person may leave out. */
  readonly optional?: ReadonlySet<string>;
}

/** Leaves out the rules whose fields were all left out; elsewhere such a field is empty, as in `{{key}}:{{password}}`. */
const filledRules = (rules: readonly Applied[], values: Values, optional: ReadonlySet<string>) => {
  const missing = [...optional].filter((name) => !Object.hasOwn(values, name) || values[name] === '');
  const withEmpty: Values = { ...values, ...Object.fromEntries(missing.map((name) => [name, ''])) };
  return rules
    .filter(({ value }) => {
      const names = required(value);
      return names.length === 0 || !names.every((name) => missing.includes(name));
    })
    .map(({ in: place, name = '', value }) => ({ place, name, value: fill(value, withEmpty) }));
};

const withQuery = (request: PlacedRequest, parameters: Pairs): PlacedRequest => {
  if (parameters.length === 0) return request;
  const url = new URL(request.url);
  url.search = withParameters(url.search.slice(1), parameters);
  return { ...request, url };
};

/**
 * Puts a credential on a caller's request, each part where its rule says; it replaces what the caller sent under the same
 * name, and all else stays byte for byte. What the caller sends is never expanded, save whole segments `{name}` of the
 * path that a rule names. Throws `UnfilledPlaceholder`, `UnusableCredential` or `UnusableBody`.
 */
export const applyCredential = (
  rules: readonly Applied[],
  values: Values,
  request: PlacedRequest,
  { optional = new Set() }: ApplyOptions = {},
): PlacedRequest => {
  const filled = filledRules(rules, values, optional);
  const at = (wanted: Applied['in']): Pairs =>
    filled.filter(({ place }) => place === wanted).map(({ name, value }) => [name, value]);
  const headers: Pairs = filled.flatMap(({ place, name, value }): Pairs => {
    if (place === 'basic') return [['authorization', basic(value)]];
    return place === 'header' ? [[name, value]] : [];
  });
  const addressed = withQuery(withSegments(request, at('path')), at('query'));
  return withBody(withCookies(withHeaders(addressed, headers), at('cookie')), at('body'));
};
