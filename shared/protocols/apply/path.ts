import { vanishes } from '../path-segment.ts';
import type { Pairs } from '../protocol.ts';
import { UnusableCredential, type PlacedRequest } from './placed-request.ts';

const encoded = (value: string): string => {
  const segment = value.isWellFormed() ? encodeURIComponent(value) : '';
  if (vanishes(segment) || /^\.+$/.test(segment))
    throw new UnusableCredential('A part of the credential cannot stand in a path.');
  return segment;
};

/** Puts values in the place of whole segments such as `{account}`, which a parsed URL shows percent-encoded. */
export const withSegments = (request: PlacedRequest, values: Pairs): PlacedRequest => {
  if (values.length === 0) return request;
  const named = new Map(values.map(([name, value]) => [`{${name}}`, value]));
  const url = new URL(request.url);
  url.pathname = url.pathname
    .split('/')
    .map((segment) => {
      const value = named.get(segment.replace(/^%7b/i, '{').replace(/%7d$/i, '}'));
      return value === undefined ? segment : encoded(value);
    })
    .join('/');
  return { ...request, url };
};
