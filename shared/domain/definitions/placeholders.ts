import { secretMembers } from '../../protocols/definition.ts';
import { production } from '../services/definition.ts';
import type { ToFillIn } from './document.ts';

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands in the place of a secret. */
export const placeholder = (name: string): unknown => ({ required: name });

const isPlaceholder = (value: unknown, name: string): boolean =>
  isObject(value) && Object.keys(value).length === 1 && value['required'] === name;

/** What comes into the place of a placeholder; undefined leaves the member out. */
type Fill = (place: Omit<ToFillIn, 'ref'>) => string | undefined;

interface Holder {
  readonly path: string;
  readonly environment: string;
  /** How the member is called where it is asked for. */
  readonly nameOf: (member: string) => string;
}

const filledMembers = (members: unknown, { path, environment, nameOf }: Holder, fill: Fill): unknown =>
  isObject(members)
    ? Object.fromEntries(
        Object.entries(members).flatMap(([member, value]): [string, unknown][] => {
          const name = nameOf(member);
          if (!isPlaceholder(value, name)) return [[member, value]];
          const text = fill({ path: `${path}.${member}`, environment, name });
          return text === undefined ? [] : [[member, text]];
        }),
      )
    : members;

/** What is no secret of `auth` has no name that a placeholder could bear. */
const ofAuth = (member: string): string => (secretMembers.includes(member) ? member : '');
const ofOwn = (member: string): string => `secrets.${member}`;

/** The secrets of one environment, each where it stands. */
const filledIn = (
  document: Members,
  { path, environment }: Pick<Holder, 'path' | 'environment'>,
  fill: Fill,
): Members => ({
  ...document,
  ...('auth' in document && {
    auth: filledMembers(document['auth'], { path: `${path}.auth`, environment, nameOf: ofAuth }, fill),
  }),
  ...('secrets' in document && {
    secrets: filledMembers(
      document['secrets'],
      { path: `${path}.secrets`, environment, nameOf: ofOwn },
      fill,
    ),
  }),
});

/**
 * A definition with every placeholder of a secret filled, or left out. What stands elsewhere, or is called otherwise than its
 * place, stays as it is, for the schema to refuse. `path` is where the definition stands.
 */
export const fillPlaceholders = (definition: Members, path: string, fill: Fill): Members => {
  const top = filledIn(definition, { path, environment: production }, fill);
  const { environments } = top;
  if (!isObject(environments)) return top;
  const others = Object.entries(environments).map(([name, one]) => {
    const where = { path: `${path}.environments.${name}`, environment: name };
    return [name, isObject(one) ? filledIn(one, where, fill) : one];
  });
  return { ...top, environments: Object.fromEntries(others) };
};
