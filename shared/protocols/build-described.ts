import { fill } from '../template.ts';
import type { DescribedRequest, Json } from './described-request.ts';
import { fitsHeader, UnusableHeader } from './header-value.ts';
import type { Ground, Pairs, ProviderRequest, Values } from './protocol.ts';
import { fillUrl } from './url-template.ts';

const filledHeader = (name: string, template: string, values: Values): readonly [string, string] => {
  const value = fill(template, values);
  if (!fitsHeader(value)) throw new UnusableHeader(`The header ${name} holds what a header cannot carry.`);
  return [name.toLowerCase(), value];
};

/** Fills the strings of a document. What fills them can add no member: it is put in after parsing. */
const filledJson = (value: Json, values: Values): Json => {
  if (typeof value === 'string') return fill(value, values);
  if (Array.isArray(value)) return value.map((item) => filledJson(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filledJson(item, values)]));
};

const formText = (templates: Values, values: Values): string =>
  new URLSearchParams(
    Object.entries(templates).map(([name, template]): [string, string] => [name, fill(template, values)]),
  ).toString();

const bodyOf = ({ form, json }: DescribedRequest, values: Values) => {
  if (form) return { type: 'application/x-www-form-urlencoded', text: formText(form, values) };
  if (json === undefined) return undefined;
  return { type: 'application/json', text: JSON.stringify(filledJson(json, values)) };
};

/** The query is put together as text: URL's own way would write anew what the builder wrote. */
const filledUrl = (
  { url: template, query }: DescribedRequest,
  { values, urls }: Pick<Ground, 'values' | 'urls'>,
): string => {
  // First as text, so that what is missing is told by its name.
  fill(template, values);
  const url = fillUrl(template, values, urls);
  url.search = [url.search.slice(1), formText(query, values)].filter((part) => part !== '').join('&');
  return url.href;
};

/**
 * Builds a described request; header names come out in lower case. It asks for JSON and names the type of its body
 * unless its own headers say otherwise. Throws `UnfilledPlaceholder`, `UnusableUrl` or `UnusableHeader`.
 */
export const buildDescribed = (
  request: DescribedRequest,
  { values, urls }: Pick<Ground, 'values' | 'urls'>,
): ProviderRequest => {
  const body = bodyOf(request, values);
  const headers = Object.entries(request.headers).map(([name, text]) => filledHeader(name, text, values));
  const defaults: Pairs = [
    ['accept', 'application/json'],
    ...(body ? [['content-type', body.type] as const] : []),
  ];
  return {
    method: request.method,
    url: filledUrl(request, { values, urls }),
    headers: [...defaults.filter(([name]) => !headers.some(([own]) => own === name)), ...headers],
    body: body?.text,
  };
};
