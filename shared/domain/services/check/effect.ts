import type { Deps } from '../../../ports.ts';
import { auths, authsWith, type Auth } from '../../auths/auth.ts';
import { every } from '../../paging.ts';
import type { ServiceDefinition } from '../definition.ts';
import { deadlyChanges, tieOf, type DeadlyChange } from '../edit-effect.ts';
import type { Service } from '../service.ts';
import type { Effect } from './finding.ts';
import { resolved, toldOnce, type Place } from './place.ts';

const mostCounted = 10_000;

/** The fields that an edit makes necessary. What old auths hold lies in the vault: that they lack the field is assumed. */
const newlyNeeded = (before: ServiceDefinition, after: ServiceDefinition): readonly DeadlyChange[] =>
  after.fields.flatMap(({ key, required, default: value }, index) => {
    const had = before.fields.some(
      (field) => field.key === key && (field.required || field.default !== undefined),
    );
    return required && value === undefined && !had
      ? [{ path: `fields.${String(index)}`, message: `Auths made before lack the field ${key}.` }]
      : [];
  });

/** What of an edit ends the auths of one environment. */
const changesIn =
  (after: readonly Place[]) =>
  ({ environment, definition }: Place): readonly DeadlyChange[] => {
    const next = after.find((place) => place.environment === environment);
    return next
      ? [...deadlyChanges(definition, next.definition), ...newlyNeeded(definition, next.definition)]
      : [{ path: '', message: 'The environment is gone, and its auths with it.' }];
  };

/** Whether an edit ends an auth, as `applyEdit` will judge it. */
const ender = (before: readonly Place[], after: readonly Place[]) => {
  const ties = new Map(after.map(({ environment, definition }) => [environment, tieOf(definition)]));
  const needed = new Set(
    before
      .filter((place) => {
        const next = after.find(({ environment }) => environment === place.environment);
        return next !== undefined && newlyNeeded(place.definition, next.definition).length > 0;
      })
      .map(({ environment }) => environment),
  );
  return ({ state, environment, tie }: Auth): boolean =>
    state !== 'needs_reconnect' && (tie !== ties.get(environment) || needed.has(environment));
};

/** What storing a definition in the place of a service's own would do to its auths; counts up to 10,000 of them. */
export const effectOf = async (
  { store }: Pick<Deps, 'store'>,
  service: Service,
  after: readonly Place[],
): Promise<Effect> => {
  const before = resolved(service.definition).places;
  const ended = ender(before, after);
  const changes = toldOnce(before, changesIn(after)).map(({ path, message }) => ({
    path: path.replace(/\.$/, ''),
    message,
  }));
  let count = 0;
  let ends = 0;
  for await (const auth of every(store, auths, authsWith(service.organizationId, service.id))) {
    if (auth.state === 'deleting') continue;
    if (count === mostCounted) return { auths: count, ends, atLeast: true, changes };
    count += 1;
    if (ended(auth)) ends += 1;
  }
  return { auths: count, ends, atLeast: false, changes };
};
