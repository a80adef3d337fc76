import * as z from 'zod';
import { authKey, auths, type Auth } from '#shared/domain/auths/auth.ts';
import { services, serviceKey, type Service } from '#shared/domain/services/service.ts';
import type { Collection, Key, Stored } from '#shared/ports.ts';
import type { World } from './deps.ts';

/** Writes over an item what its schema does not know, at its place and as due as it was. */
const spoil = async <T extends Stored>(
  { deps }: Pick<World, 'deps'>,
  collection: Collection<T>,
  { key, parts }: { readonly key: Key; readonly parts: Readonly<Record<string, unknown>> },
): Promise<() => Promise<void>> => {
  type Anything = z.infer<typeof Anything>;
  const Anything = z.looseObject({ revision: z.int() });
  const good = await deps.store.get(collection, key);
  if (!good) throw new Error('There is nothing to spoil.');
  const raw: Collection<Anything> = {
    name: collection.name,
    schema: Anything,
    place: () => collection.place(good),
  };
  await deps.store.replace(raw, { ...good, ...parts });
  return async () => {
    const now = await deps.store.get(raw, key);
    await deps.store.replace(raw, { ...good, revision: now?.revision ?? 0 } as unknown as Anything);
  };
};

/** Makes the item of an auth one that nobody can read; answers what repairs it. */
export const spoiledAuth = (w: World, auth: Auth, parts: Readonly<Record<string, unknown>> = { tie: 7 }) =>
  spoil(w, auths, { key: authKey(w.organizationId, auth.id), parts });

/** The same with a service: of its auths, each renewal ends by an error of ours. */
export const spoiledService = (w: World, service: Service) =>
  spoil(w, services, { key: serviceKey(w.organizationId, service.id), parts: { version: 'three' } });
