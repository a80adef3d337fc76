import * as z from 'zod';
import type { ProviderAnswer } from '../protocol.ts';

const ExactSource = z.object({ source: z.string().regex(/^-?\d+$/) });

/** A whole number that is too large to be one here stays as it was written: ids of accounts have such sizes. */
const exactly = (_: string, value: unknown, ...[context]: readonly unknown[]): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value)
    ? (ExactSource.safeParse(context).data?.source ?? value)
    : value;

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text, exactly);
  } catch {
    return undefined;
  }
};

/** Names and values without spaces, quotes, braces or angle brackets: no page and no sentence looks like that. */
const looksLikeForm = (text: string) =>
  text.split('&').every((pair) => /^[^\s<>"{}=]+=[^\s<>"{}]*$/.test(pair));

/**
 * What a token endpoint's answer holds. RFC 6749 §5.1 asks for JSON; some providers answer with a form, and some name the
 * wrong type, so the text counts first. Undefined when it is neither, such as a page.
 */
export const readAnswer = ({ body, contentType }: ProviderAnswer): object | undefined => {
  const text = body.replace(/^\ufeff/, '').trim();
  if (text === '' || text.startsWith('<')) return undefined;
  const json = asJson(text);
  if (typeof json === 'object' && json !== null) return json;
  const form = /^application\/x-www-form-urlencoded\b/i.test(contentType);
  if (json === undefined && (looksLikeForm(text) || (form && !/^[[{]/.test(text))))
    return Object.fromEntries(new URLSearchParams(text));
  return undefined;
};
