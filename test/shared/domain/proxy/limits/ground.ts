import { withinLimits } from '#shared/domain/proxy/limits/within-limits.ts';
import type { Auth } from '#shared/domain/auths/auth.ts';
import { currentService } from '#shared/domain/services/current.ts';
import type { Service } from '#shared/domain/services/service.ts';
import { AppError } from '#shared/errors.ts';
import type { Deps, IncomingResponse, Store } from '#shared/ports.ts';
import { keyedAuth, tokenService } from '../../../../support/nouns.ts';
import type { World } from '../../../../support/deps.ts';
import { answer } from '../../../../support/watched.ts';

/** A service with limits. */
export const limited = (w: World, limits: unknown): Promise<Service> => tokenService(w, { limits });

/** Auths of it, each of another tenant. */
export const tenants = async (w: World, service: Service, count: number): Promise<readonly Auth[]> => {
  const auths: Auth[] = [];
  for (let index = 0; index < count; index += 1) auths.push(await keyedAuth(w, service));
  return auths;
};

/** One call with an auth as a process makes it; answers what was refused as its code. */
export const tried = async (
  deps: Deps,
  auth: Auth,
  send: () => Promise<IncomingResponse> = () => Promise.resolve(answer(200, 'hello')),
): Promise<{ readonly code: string; readonly after?: string; readonly response?: IncomingResponse }> => {
  const service = await currentService(deps, auth);
  return withinLimits(deps, { auth, service }, send).then(
    (response) => ({ code: 'sent', response }),
    (error: unknown) =>
      error instanceof AppError
        ? { code: error.code, after: error.headers['retry-after'] }
        : { code: 'failed', error },
  );
};

/** Reads an answer to its end. */
export const read = async ({ response }: { readonly response?: IncomingResponse }): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response?.body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** A store that counts what it is asked about calls. */
export const counted = (inner: Store) => {
  const count = { reads: 0, writes: 0 };
  const about = (collection: { readonly name: string }) => Number(collection.name.startsWith('call_'));
  const store: Store = {
    ...inner,
    get: (collection, key) => {
      count.reads += about(collection);
      return inner.get(collection, key);
    },
    insert: (collection, item) => {
      count.writes += about(collection);
      return inner.insert(collection, item);
    },
    replace: (collection, item) => {
      count.writes += about(collection);
      return inner.replace(collection, item);
    },
  };
  return { store, count };
};
