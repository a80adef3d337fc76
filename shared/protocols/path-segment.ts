const written: Readonly<Record<string, string>> = { '%2e': '.', '%2f': '/', '%5c': '\\', '%3b': ';' };

/**
 * Whether a segment of a path comes to nothing or climbs, here (RFC 3986 §3.3) or at a server that decodes a path before
 * it resolves it or sets parameters apart: empty, dots, `..%2F..`, `..;`.
 */
export const vanishes = (segment: string): boolean => {
  const names = segment
    .replace(/%(?:2e|2f|5c|3b)/gi, (code) => written[code.toLowerCase()] ?? code)
    .split(/[/\\;]/);
  return names.includes('..') || names.every((name) => name === '' || name === '.');
};
