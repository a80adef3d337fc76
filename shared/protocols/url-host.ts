import { isRegistry } from './host-pattern.ts';
import { Unusable } from './unusable.ts';

/** A part of a URL template after filling. */
export interface UrlPart {
  /** What fills it, not yet encoded unless `encoded`. */
  readonly text: string;
  /** The placeholder as a message may name it; undefined for text of the template itself. */
  readonly placeholder?: string | undefined;
  readonly encoded?: boolean;
}

/** A URL could not be made from a template and the fields given. The message holds no value of a field. */
export class UnusableUrl extends Unusable {}

/** Cuts parts where text of the template itself, never a value, first matches; what matched begins the second half. */
export const cut = (
  parts: readonly UrlPart[],
  pattern: RegExp,
): readonly [readonly UrlPart[], readonly UrlPart[]] => {
  const index = parts.findIndex(({ text, placeholder }) => placeholder === undefined && pattern.test(text));
  const found = parts[index];
  if (!found) return [parts, []];
  const at = found.text.search(pattern);
  return [
    [...parts.slice(0, index), { text: found.text.slice(0, at) }].filter(
      ({ text, placeholder }) => text !== '' || placeholder !== undefined,
    ),
    [{ text: found.text.slice(at) }, ...parts.slice(index + 1)],
  ];
};

const textOf = (parts: readonly UrlPart[]) => parts.map(({ text }) => text).join('');

const hostName = /^[a-z\d-]+(?:\.[a-z\d-]+)*$/i;

const portOf = (parts: readonly UrlPart[]): string => {
  const text = textOf(parts);
  const port = text.slice(1);
  const filled = parts.filter(({ placeholder }) => placeholder !== undefined);
  if (filled.length === 0) return text;
  if (parts.length !== 2 || parts[0]?.text !== ':')
    throw new UnusableUrl('A port is either written out or one placeholder: https://{{host}}:{{port}}.');
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535)
    throw new UnusableUrl(`${filled[0]?.placeholder ?? ''} stands for the port: expected 1 to 65535.`);
  return text;
};

/** Whether the text behind the last placeholder ends a host with a name that somebody has registered. */
export const endsHeld = (host: readonly UrlPart[]): boolean => {
  const tail = textOf(host.slice(host.findLastIndex((part) => part.placeholder !== undefined) + 1));
  return tail !== '' && !isRegistry(tail.slice(tail.indexOf('.') + 1));
};

/**
 * Refuses values that could lead to a host other than the template means. What follows the last placeholder holds the
 * host: behind `.acme.com` a value may add names on the left; behind nothing but an ending such as `.com`, dots in a value
 * would hand the host to another owner.
 */
const checkValues = (host: readonly UrlPart[]): void => {
  const last = host.findLastIndex((part) => part.placeholder !== undefined);
  const tail = textOf(host.slice(last + 1));
  const held = endsHeld(host);
  const named = host.some((part) => part.placeholder === undefined && part.text !== '.');
  for (const [index, { text, placeholder }] of host.entries()) {
    if (placeholder === undefined) continue;
    const ends = tail === '' && index === last;
    const refuse = (may: string) =>
      new UnusableUrl(`${placeholder} stands inside the host: its value may hold ${may}.`);
    if (!hostName.test(text)) throw refuse('letters, digits and dashes, and dots between them');
    if (!held && index > 0 && !ends && text.includes('.')) throw refuse('no dot there');
    if (ends && named && !/^[a-z.]+$/i.test(text)) throw refuse('letters and dots alone at the end');
  }
};

/**
 * Host and port of a filled template, as text. A value is a plain part of a host name, or one whole port; what the URL
 * parser would read as another host than the one written is refused. Throws `UnusableUrl`.
 */
export const authorityOf = (parts: readonly UrlPart[]): string => {
  const [host, port] = cut(parts, /:\d*$/);
  const text = textOf(host);
  if (text === '' || /[@\\]/.test(text))
    throw new UnusableUrl('Expected a host, without user name or password.');
  const authority = `${text}${portOf(port)}`;
  if (host.every(({ placeholder }) => placeholder === undefined)) return authority;
  if (!host.every((part) => part.placeholder !== undefined || /^[\w.-]*$/.test(part.text)))
    throw new UnusableUrl(
      'Beside a placeholder, a host is written in letters, digits, dashes and dots (IDNA as xn--).',
    );
  checkValues(host);
  // Such as 127.1 and 0x7f000001, which are addresses.
  if (!URL.canParse(`https://${text}`) || new URL(`https://${text}`).hostname !== text.toLowerCase())
    throw new UnusableUrl('The values given make no host name.');
  return authority;
};
