import * as z from 'zod';
import { fill, placeholders, UnfilledPlaceholder } from '../template.ts';

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

const filledWith = (template: string, value: string) =>
  parse(fill(template, Object.fromEntries(placeholders(template).map((name) => [name, value]))));

/** A URL in which `{{key}}` stands for fields. The scheme is written out; there is no user name, password or fragment. */
export const UrlTemplate = z
  .string()
  .max(2048)
  .regex(/^https?:\/\//i, 'Expected a URL that begins with https://.')
  .refine((text) => {
    const url = filledWith(text, 'x');
    return url?.username === '' && url.password === '' && url.hash === '' && url.hostname !== '';
  }, 'Expected a URL with a host, without user name, password or fragment.');

/** A URL could not be made from a template and the fields given. The message holds no value of a field. */
export class UnusableUrl extends Error {}

const segments = (url: URL | undefined) => url?.pathname.split('/').length;

/**
 * Fills a URL template. Values are percent-encoded, so that none can end the host, open a path or add a parameter;
 * a value inside the host that is no part of a host name is refused, and so are dots that climb. Throws `UnusableUrl`.
 */
export const fillUrl = (template: string, values: Readonly<Record<string, string>>): URL => {
  const unusable = () => new UnusableUrl(`The fields given make no valid URL of ${template}.`);
  try {
    const url = new URL(fill(template, values, encodeURIComponent));
    // Dots are what percent-encoding leaves as they are: a segment made of them would vanish, and another with it.
    if (segments(url) !== segments(filledWith(template, 'x'))) throw unusable();
    return url;
  } catch (error) {
    throw error instanceof UnfilledPlaceholder ? new UnusableUrl(error.message) : unusable();
  }
};
