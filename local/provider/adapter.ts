import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { Entries, Entry } from './entries.ts';

const done = Promise.resolve();

/** A copy, since the library writes into what it is given. */
const payloadOf = (entry: Entry | undefined): Promise<AdapterPayload | undefined> =>
  Promise.resolve(entry === undefined ? undefined : structuredClone(entry.payload));

const adapter = (entries: Entries, model: string): Adapter => ({
  upsert: (id, payload, expiresIn) => {
    const expiresAt = expiresIn === undefined ? undefined : Date.now() + expiresIn * 1000;
    entries.keep({ model, id, expiresAt, payload: structuredClone(payload) });
    return done;
  },
  find: (id) => payloadOf(entries.get(model, id)),
  findByUid: (uid) => payloadOf(entries.find((entry) => entry.model === model && entry.payload.uid === uid)),
  findByUserCode: (code) =>
    payloadOf(entries.find((entry) => entry.model === model && entry.payload.userCode === code)),
  consume: (id) => {
    const entry = entries.get(model, id);
    if (entry === undefined) return done;
    entries.keep({ ...entry, payload: { ...entry.payload, consumed: Math.floor(Date.now() / 1000) } });
    return done;
  },
  destroy: (id) => {
    entries.drop((entry) => entry.model === model && entry.id === id);
    return done;
  },
  revokeByGrantId: (grantId) => {
    entries.drop((entry) => entry.model === model && entry.payload.grantId === grantId);
    return done;
  },
});

/** Stands between oidc-provider and what it remembers: one adapter for each of its models. */
export const adapterFactory =
  (entries: Entries): AdapterFactory =>
  (model) =>
    adapter(entries, model);
