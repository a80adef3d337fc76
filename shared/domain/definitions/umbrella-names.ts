import type { Deps } from '../../ports.ts';
import { every } from '../paging.ts';
import { umbrellas, umbrellasOf } from '../umbrellas/umbrella.ts';

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The umbrellas of an organization that nobody is deleting: name by id. */
export const umbrellaNames = async (
  { store }: Pick<Deps, 'store'>,
  organizationId: string,
): Promise<ReadonlyMap<string, string>> => {
  const names = new Map<string, string>();
  for await (const { id, name, removedAt } of every(store, umbrellas, umbrellasOf(organizationId)))
    if (removedAt === undefined) names.set(id, name);
  return names;
};

const renamed = (document: Members, from: string, change: (value: unknown) => Members): Members => {
  const { [from]: value, ...rest } = document;
  return value === undefined ? document : { ...rest, ...change(value) };
};

/** A definition in which one member of the top and of each environment is another, or none, made from its value. */
export const renameMember = (
  definition: Members,
  from: string,
  change: (value: unknown) => Members,
): Members => {
  const top = renamed(definition, from, change);
  const { environments } = top;
  if (!isObject(environments)) return top;
  const others = Object.entries(environments).map(([name, one]) => [
    name,
    isObject(one) ? renamed(one, from, change) : one,
  ]);
  return { ...top, environments: Object.fromEntries(others) };
};
