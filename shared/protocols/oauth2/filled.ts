import { fill } from '../../template.ts';
import type { Values } from '../protocol.ts';
import { Unusable } from '../unusable.ts';

const oneScope = /^[^\s"\\\p{Cc}]+$/u;

/** Fills scopes (RFC 6749 §3.3), such as `https://{{org}}.acme.com/.default`. A value cannot add a scope: throws `Unusable`. */
export const filledScopes = (scopes: readonly string[], values: Values): readonly string[] =>
  scopes.map((scope) => {
    const filled = fill(scope, values);
    if (!oneScope.test(filled))
      throw new Unusable(`The fields given make no scope of ${scope}: it would hold spaces or quotes.`);
    return filled;
  });

/** Fills a URI that names an API or a provider and is never called. */
export const filledUri = (uri: string, values: Values): string => fill(uri, values, encodeURIComponent);
