import * as z from 'zod';
import {
  fillPiece,
  pieces,
  placeholders,
  required,
  templateProblem,
  UnfilledPlaceholder,
  type Piece,
} from '../template.ts';
import { hostAllowed } from './host-pattern.ts';
import { vanishes } from './path-segment.ts';
import type { UrlLimits, Values } from './protocol.ts';
import { authorityOf, cut, endsHeld, UnusableUrl, type UrlPart } from './url-host.ts';

export { hostAllowed, HostPattern } from './host-pattern.ts';
export { UnusableUrl } from './url-host.ts';

const scheme = /^https?:\/\//i;
const beginning =
  'Expected a URL that begins with https://, or with an address that the provider tells: {{metadata.…}}.';

const partOf = (piece: Piece, values: Values): UrlPart => {
  const text = fillPiece(piece, values);
  if (piece.kind === 'text') return { text };
  if (piece.kind === 'value') return { text, placeholder: `{{${piece.name}}}` };
  return { text, placeholder: `{{${piece.call}(…)}}`, encoded: piece.call === 'urlencode' };
};

/** Percent-encoded, so that a value ends no segment and adds no parameter. */
const encoded = ({ text, placeholder, encoded: done }: UrlPart): string => {
  if (placeholder === undefined || done === true) return text;
  if (!text.isWellFormed()) throw new UnusableUrl(`${placeholder} holds half a character.`);
  return encodeURIComponent(text);
};

/** Refuses a value that makes its segment vanish, and another with it. */
const pathOf = (parts: readonly UrlPart[]): string => {
  const text = parts.map(encoded).join('');
  // A mark no URL holds tells the segments that values stand in; encoded values hold no slash.
  const marked = parts
    .map((part) => (part.placeholder === undefined ? part.text : `\n${encoded(part)}`))
    .join('');
  for (const segment of marked.split('/'))
    if (segment.includes('\n') && vanishes(segment.replaceAll('\n', '')))
      throw new UnusableUrl('A value in the path is empty, or made of dots that climb.');
  return text;
};

/** An address that a provider's answer told: its host is judged by the caller. */
const addressOf = ({ text, placeholder = '' }: UrlPart, plainHttp: boolean): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const secure = url?.protocol === 'https:' || (plainHttp && url?.protocol === 'http:');
  if (!url || !secure || !scheme.test(text) || /[\s\\@?#\p{Cc}]/u.test(text))
    throw new UnusableUrl(
      `${placeholder} stands for the beginning of a URL: expected an absolute https URL without user name, query or fragment.`,
    );
  return url;
};

const listed = (url: URL, placeholder: string, hosts: readonly string[]): void => {
  if (!hostAllowed(url.host, hosts))
    throw new UnusableUrl(
      `${placeholder} leads to a host that the service does not list. If it is the provider's, add it under \`hosts\`, such as *.acme.com.`,
    );
};

/** The beginning of the URL up to its path, and the parts that follow. */
const beginningOf = (list: readonly Piece[], parts: readonly UrlPart[], { hosts, plainHttp }: UrlLimits) => {
  const [first, ...rest] = parts;
  const [piece] = list;
  if (first && piece?.kind === 'value' && piece.name.startsWith('metadata.')) {
    const [next] = rest;
    if (next && (next.placeholder !== undefined || !/^[/?]/.test(next.text)))
      throw new UnusableUrl(`After ${first.placeholder ?? ''} expected a path that begins with a slash.`);
    const url = addressOf(first, plainHttp === true);
    if (hosts) listed(url, first.placeholder ?? '', hosts);
    return { start: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, rest };
  }
  const begun = first?.placeholder === undefined ? scheme.exec(first?.text ?? '')?.[0] : undefined;
  if (!first || begun === undefined) throw new UnusableUrl(beginning);
  const [authority, after] = cut([{ text: first.text.slice(begun.length) }, ...rest], /[/?#\\]/);
  return {
    start: `${begun}${authorityOf(authority.filter(({ text, placeholder }) => text !== '' || placeholder !== undefined))}`,
    rest: after,
  };
};

const build = (template: string, values: Values, options: UrlLimits): URL => {
  const list = pieces(template);
  const parts = list.map((piece) => partOf(piece, values));
  if (parts.some(({ text, placeholder }) => placeholder === undefined && /[#\\\p{Cc}]/u.test(text)))
    throw new UnusableUrl('A URL here has no fragment, no backslash and no control characters.');
  const { start, rest } = beginningOf(list, parts, options);
  const [path, query] = cut(rest, /\?/);
  const text = `${start}${pathOf(path)}${query.map(encoded).join('')}`;
  if (!URL.canParse(start) || !URL.canParse(text)) throw new UnusableUrl('It makes no valid URL.');
  const url = new URL(text);
  // What stands above makes this certain; it is cheap to be certain twice of where a credential goes.
  if (url.origin !== new URL(start).origin || url.username !== '' || url.password !== '' || url.hash !== '')
    throw new UnusableUrl('Expected a URL with a host, without user name, password or fragment.');
  return url;
};

/** The host that a template writes, values apart: each placeholder bears its own text. */
const writtenHost = (template: string): readonly UrlPart[] => {
  const [first, ...rest] = pieces(template).map((piece, index): UrlPart => {
    if (piece.kind === 'text') return { text: index === 0 ? piece.text.replace(scheme, '') : piece.text };
    const names =
      piece.kind === 'value'
        ? [piece.name]
        : piece.arguments.flatMap((one) => ('name' in one ? [one.name] : []));
    return { text: 'x', placeholder: names.map((name) => `{{${name}}}`).join('') };
  });
  if (!first || !scheme.test(template)) return [];
  return cut([first, ...rest], /[/?#\\]/)[0];
};

/**
 * The placeholders whose values choose whose host a URL leads to, such as `host` in `https://{{host}}/api`. None where the
 * template's own text ends in a name that can be registered: below `.acme.com` all is Acme's.
 */
export const openPlaceholders = (template: string): readonly string[] => {
  const host = cut(writtenHost(template), /:\d*$/)[0];
  if (endsHeld(host)) return [];
  return host.flatMap(({ placeholder }) => (placeholder === undefined ? [] : placeholders(placeholder)));
};

/**
 * Fills a URL template. No value can move the URL to another host than the template means, nor open a path or add a
 * parameter. A template that begins with `{{metadata.…}}` leads only to `hosts`, and so does, where the request carries
 * secrets that are not the person's own, one whose host a field chooses. Throws `UnusableUrl`.
 */
export const fillUrl = (template: string, values: Values, options: UrlLimits = {}): URL => {
  try {
    const { hosts = [], closed } = options;
    const url = build(template, values, { ...options, hosts });
    const [chosen] = closed ? openPlaceholders(template) : [];
    if (chosen !== undefined) listed(url, `{{${chosen}}}`, hosts);
    return url;
  } catch (error) {
    if (error instanceof UnfilledPlaceholder) throw new UnusableUrl(error.message);
    if (error instanceof UnusableUrl)
      throw new UnusableUrl(`The fields given make no valid URL of ${template}. ${error.message}`);
    throw error;
  }
};

/** Values that fit wherever they stand, so that what is wrong is the template. */
const harmless = (template: string): Values => {
  const port = new Set([...template.matchAll(/:\{\{\s*([\w.-]+)\s*\}\}/g)].map((match) => match[1]));
  const [first] = pieces(template);
  const leads = first?.kind === 'value' ? first.name : undefined;
  const sample = (name: string) => (name === leads ? 'https://x.example' : port.has(name) ? '1' : 'x');
  return Object.fromEntries(required(template).map((name) => [name, sample(name)]));
};

/** What is wrong with a URL template; undefined when it is sound. */
const urlProblem = (template: string): string | undefined => {
  const problem = templateProblem(template);
  if (problem !== undefined) return problem;
  try {
    build(template, harmless(template), { plainHttp: true });
    return undefined;
  } catch (error) {
    if (error instanceof UnusableUrl) return error.message;
    throw error;
  }
};

/**
 * A URL in which `{{key}}` stands for fields. The scheme is written out, or the URL begins with an address that the
 * provider told (`{{metadata.instance_url}}/services`); there is no user name, password or fragment.
 */
export const UrlTemplate = z
  .string()
  .max(2048, { abort: true })
  .superRefine((text, context) => {
    const problem = urlProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });
