import type { Pairs } from '../protocol.ts';

/** The name of one parameter as a server reads it. The sign before it keeps a leading question mark in the name. */
const nameOf = (part: string) => [...new URLSearchParams(`&${part}`).keys()][0];

/**
 * Puts parameters into form-encoded text: they replace those of the same names, all else keeps place and bytes.
 * `text` holds a character for each byte.
 */
export const withParameters = (text: string, parameters: Pairs): string => {
  const names = new Set(parameters.map(([name]) => name));
  const kept = text.split('&').filter((part) => {
    const name = nameOf(Buffer.from(part, 'latin1').toString());
    return name === undefined || !names.has(name);
  });
  const added = new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value]));
  return [...(kept.join('') === '' ? [] : kept), added.toString()].join('&');
};
