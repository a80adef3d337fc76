import { memoryStore } from '#shared/memory/store.ts';
import { memoryVault } from '#shared/memory/vault.ts';
import type {
  Clock,
  Collection,
  Http,
  IncomingResponse,
  OutgoingRequest,
  Store,
  Stored,
  Vault,
  VaultPlace,
} from '#shared/ports.ts';
import { vaultPath } from '#shared/vault.ts';

/** A store in memory that shows all it holds, and all that was ever written to it. */
export const watchedStore = (clock: Clock) => {
  const inner = memoryStore(clock);
  const held = new Map<string, unknown>();
  const written: { readonly collection: string; readonly item: unknown }[] = [];
  const keep = <T extends Stored>(collection: Collection<T>, item: T | undefined): T | undefined => {
    if (item === undefined) return item;
    held.set(JSON.stringify(collection.place(item).key), item);
    written.push({ collection: collection.name, item: structuredClone(item) });
    return item;
  };
  const store: Store = {
    ...inner,
    insert: async (collection, item) => keep(collection, await inner.insert(collection, item)),
    replace: async (collection, item) => keep(collection, await inner.replace(collection, item)),
    remove: async (collection, item) => {
      const removed = await inner.remove(collection, item);
      if (removed) held.delete(JSON.stringify(collection.place(item).key));
      return removed;
    },
  };
  return {
    store,
    /** Everything that was ever written, keys and all, as one text. */
    dump: () => JSON.stringify({ keys: [...held.keys()], written }),
    /** What is there now, each item with its key as one text. */
    held: () => [...held].map(([key, item]) => `${key} ${JSON.stringify(item)}`),
    /** How often something else than the history was written: a call that is refused changes nothing but that. */
    writes: () => written.filter(({ collection }) => collection !== 'history_entry').length,
    /** All that is there, but for what every call leaves: its entry in the history, and when its key was used last. */
    unlogged: () =>
      [...held]
        .filter(([key]) => !/"sort":"KEY#|#HISTORY#/.test(key))
        .map(([key, item]) => `${key} ${JSON.stringify(item)}`)
        .join('\n'),
    /** The keys of what is there now. */
    keys: () => [...held.keys()],
  };
};

/** A vault in memory that tells what it holds. */
export const watchedVault = () => {
  const inner = memoryVault();
  const held = new Map<string, Set<string>>();
  const emptied: VaultPlace[] = [];
  const vault: Vault = {
    get: inner.get,
    put: async (ref, version, value) => {
      await inner.put(ref, version, value);
      held.set(vaultPath(ref), (held.get(vaultPath(ref)) ?? new Set()).add(version));
    },
    forget: async (ref, version) => {
      await inner.forget(ref, version);
      held.get(vaultPath(ref))?.delete(version);
    },
    remove: async (ref) => {
      await inner.remove(ref);
      held.delete(vaultPath(ref));
    },
    removeWorkspace: async (place) => {
      await inner.removeWorkspace(place);
      emptied.push(place);
    },
  };
  return {
    vault,
    paths: () => [...held.keys()],
    versions: (path: string) => held.get(path)?.size ?? 0,
    /** The workspaces whose keys were destroyed. */
    emptied,
  };
};

type Pairs = readonly (readonly [string, string])[];

async function* bytesOf(body: string | Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  if (body.length > 0) yield typeof body === 'string' ? Buffer.from(body) : body;
}

/** An answer of somebody else's server. */
export const answer = (
  status: number,
  body: string | Uint8Array | AsyncIterable<Uint8Array> = '',
  headers: Pairs = [],
): IncomingResponse => ({
  status,
  headers,
  body: typeof body === 'string' || body instanceof Uint8Array ? bytesOf(body) : body,
});

/** The same with JSON. */
export const jsonAnswer = (status: number, value: unknown, headers: Pairs = []): IncomingResponse =>
  answer(status, JSON.stringify(value), [['content-type', 'application/json'], ...headers]);

/** A request as it was sent; tests of bodies that stream look at those themselves. */
type SentRequest = OutgoingRequest & { readonly body?: Uint8Array | string | undefined };

type Answerer = (request: SentRequest) => IncomingResponse | Promise<IncomingResponse>;

/** A way out that keeps what was sent and answers as it is told to; what the answerer throws becomes a failure. */
export const scriptedHttp = (first: Answerer = () => answer(200)) => {
  const requests: SentRequest[] = [];
  let answerer = first;
  const http: Http = {
    send: async (outgoing) => {
      const request = outgoing as SentRequest;
      requests.push(request);
      return answerer(request);
    },
  };
  return {
    http,
    requests,
    answers: (next: Answerer) => {
      answerer = next;
    },
    /** The requests to one URL. */
    to: (url: string) => requests.filter((request) => request.url === url),
  };
};
