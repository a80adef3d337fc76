/** A character that leads elsewhere, and the ways of writing it that some server reads as the character itself. */
const readings: readonly (readonly [RegExp, string])[] = [
  // Encoded twice or more often, for servers behind a front end that decodes, too.
  [/%(?:25)+/g, '%'],
  // Longer than UTF-8 allows (RFC 3629 §3), or as IIS has it.
  [/%(?:2e|c0%ae|e0%80%ae|f0%80%80%ae|u002e)/gi, '.'],
  [/%(?:2f|c0%af|e0%80%af|f0%80%80%af|u002f)/gi, '/'],
  [/%(?:5c|c1%9c|e0%81%9c|u005c)/gi, '\\'],
  // A name may end at a parameter, and in C at a zero.
  [/%(?:3b|00)/gi, ';'],
  // The URL standard leaves these out, and who parses a decoded path does so, too.
  [/%0[9ad]/gi, ''],
];

/** A path as the most credulous server would read it: where that one is not led astray, none is. */
export const decodedPath = (path: string): string =>
  readings.reduce((text, [written, character]) => text.replace(written, character), path);

/**
 * Whether a segment of a path comes to nothing or climbs, here (RFC 3986 §3.3) or at a server that decodes a path before
 * it resolves it or sets parameters apart: empty, dots, `..%2F..`, `..;`.
 */
export const vanishes = (segment: string): boolean => {
  const names = decodedPath(segment).split(/[/\\;]/);
  return names.includes('..') || names.every((name) => name === '' || name === '.');
};
