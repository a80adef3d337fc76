import { authIds, holdsCredential, isCredentialMember } from './credential-text.ts';

/** Something in the platform's own JSON that a bundle never holds (R23). */
export interface SealedPart {
  readonly kind: 'auth_id' | 'credential';
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Path = SealedPart['path'];

const authId = (path: Path): SealedPart => ({
  kind: 'auth_id',
  path,
  message: 'Expected no id of an auth: a bundle names services, and who imports it chooses the auths.',
});

const credential = (path: Path): SealedPart => ({
  kind: 'credential',
  path,
  message: 'Expected no credential: leave it out, or write a placeholder such as {{token}} in its place.',
});

const inText = (text: string, path: Path): readonly SealedPart[] => [
  ...(authIds().test(text) ? [authId(path)] : []),
  ...(holdsCredential(text) ? [credential(path)] : []),
];

/** A name and a value that stand beside each other, as lists of headers and parameters have them. */
const isPair = (name: unknown, value: unknown): boolean =>
  typeof name === 'string' && typeof value === 'string' && isCredentialMember(name, value);

const inList = (list: readonly unknown[], path: Path): readonly SealedPart[] => [
  ...(list.length === 2 && isPair(list[0], list[1]) ? [credential([...path, 1])] : []),
  ...list.flatMap((item, index) => sealedContent(item, [...path, index])),
];

const inMember = (name: string, value: unknown, path: Path): readonly SealedPart[] => {
  const own = typeof value === 'string' && isCredentialMember(name, value) ? [credential(path)] : [];
  return [...inText(name, path), ...(own.length > 0 ? own : sealedContent(value, path))];
};

/** Each id of an auth and each credential in a value, as far as names and forms tell. */
export const sealedContent = (value: unknown, path: Path): readonly SealedPart[] => {
  if (typeof value === 'string') return inText(value, path);
  if (Array.isArray(value)) return inList(value, path);
  if (typeof value !== 'object' || value === null) return [];
  const members = Object.entries(value);
  const nameOf: unknown = members.find(([name]) => /^(?:name|key|header)$/i.test(name))?.[1];
  const pair = members.find(([name]) => name === 'value');
  return [
    ...(pair && isPair(nameOf, pair[1]) ? [credential([...path, 'value'])] : []),
    ...members.flatMap(([name, inner]) => inMember(name, inner, [...path, name])),
  ];
};

/** What stands for an auth in a bundle. */
const anAuth = '{{auth}}';

/** The same value with every id of an auth as a placeholder. Names of members stay: who exports is told of those. */
export const withoutAuthIds = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replace(authIds(), anAuth);
  if (Array.isArray(value)) return value.map(withoutAuthIds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutAuthIds(inner)]));
};
