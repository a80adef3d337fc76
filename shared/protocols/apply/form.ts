import type { Pairs } from '../protocol.ts';

/** The name of one parameter as a server reads it. The sign before it keeps a leading question mark in the name. */
const nameOf = (part: string) => [...new URLSearchParams(`&${part}`).keys()][0];

/** Form-encoded text without the parameters of some names; all else keeps place and bytes. `text` holds a character for each byte. */
export const withoutParameters = (text: string, leaveOut: (name: string) => boolean): string => {
  const kept = text.split('&').filter((part) => {
    const name = nameOf(Buffer.from(part, 'latin1').toString());
    return name === undefined || !leaveOut(name);
  });
  return kept.join('') === '' ? '' : kept.join('&');
};

/**
 * Puts parameters into form-encoded text: they replace those of the same names, all else keeps place and bytes.
 * `text` holds a character for each byte.
 */
export const withParameters = (text: string, parameters: Pairs): string => {
  const names = new Set(parameters.map(([name]) => name));
  const kept = withoutParameters(text, (name) => names.has(name));
  const added = new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value]));
  return [...(kept === '' ? [] : [kept]), added.toString()].join('&');
};
