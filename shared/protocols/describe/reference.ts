import { member } from './node.ts';

/** What a reference leads to, or why it leads nowhere. */
export type Resolved = { readonly value: unknown } | { readonly problem: string };

const places = /^#\/(components|securityDefinitions|parameters)\//;
const mostHops = 10;

/** RFC 6901 §3 and §6. */
const steps = (pointer: string): readonly string[] | undefined => {
  try {
    return decodeURIComponent(pointer.slice(2))
      .split('/')
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    return undefined;
  }
};

/**
 * Follows `$ref` inside the document: to its components, security definitions and parameters, and no further than ten
 * hops. Nothing outside the document is ever opened.
 */
export const resolve = (document: unknown, value: unknown): Resolved => {
  let here = value;
  const seen = new Set<string>();
  for (;;) {
    const pointer = member(here, '$ref');
    if (pointer === undefined) return { value: here };
    if (typeof pointer !== 'string' || !places.test(pointer))
      return { problem: 'It is a $ref to something outside this document, which is never opened.' };
    if (seen.has(pointer)) return { problem: 'Its $ref leads back to itself.' };
    if (seen.size === mostHops) return { problem: 'Its $ref leads over more than ten others.' };
    seen.add(pointer);
    const path = steps(pointer);
    here = path?.reduce<unknown>(member, document);
    if (here === undefined) return { problem: 'Its $ref leads to nothing in this document.' };
  }
};
