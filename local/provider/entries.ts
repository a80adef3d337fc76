import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { AdapterPayload } from 'oidc-provider';
import * as z from 'zod';
import { jsonFiles, readWhole, removeFile, writeWhole } from './files.ts';

const Fields = z.looseObject({ grantId: z.string().optional(), uid: z.string().optional() });

const Entry = z.strictObject({
  model: z.string(),
  id: z.string(),
  /** Milliseconds since 1970, by the provider's own clock; absent for what does not end. */
  expiresAt: z.number().optional(),
  payload: z.custom<AdapterPayload>((value) => Fields.safeParse(value).success),
});
export type Entry = z.infer<typeof Entry>;

/** All that the provider remembers. What has expired by its clock is not found. */
export interface Entries {
  readonly find: (matches: (entry: Entry) => boolean) => Entry | undefined;
  readonly get: (model: string, id: string) => Entry | undefined;
  readonly keep: (entry: Entry) => void;
  readonly drop: (matches: (entry: Entry) => boolean) => void;
  /** Forgets what has expired. */
  readonly sweep: () => void;
}

const keyOf = ({ model, id }: Pick<Entry, 'model' | 'id'>) => `${model}:${id}`;

const lives = ({ expiresAt }: Entry) => expiresAt === undefined || expiresAt > Date.now();

/** Ids are token values that callers name, so that a file bears the hash of one: no secret, no way out of the folder. */
const fileName = (entry: Entry) => `${createHash('sha256').update(keyOf(entry)).digest('hex')}.json`;

const readEntry = (path: string): Entry => {
  try {
    return Entry.parse(JSON.parse(readWhole(path) ?? ''));
  } catch {
    // The cause would quote the file, and the file holds tokens.
    throw new Error(
      `The demo provider cannot read ${path}. Remove the file, and what it held must be made again.`,
    );
  }
};

/** Entries in memory, each also in a file of its own when there is a folder, so that a restart finds all of them. */
export const openEntries = (dataDirectory: string | undefined): Entries => {
  const folder = dataDirectory === undefined ? undefined : join(dataDirectory, 'entries');
  const entries = new Map<string, Entry>();
  if (folder !== undefined)
    for (const path of jsonFiles(folder)) {
      const entry = readEntry(path);
      entries.set(keyOf(entry), entry);
    }
  const drop = (matches: (entry: Entry) => boolean) => {
    for (const entry of [...entries.values()].filter(matches)) {
      if (folder !== undefined) removeFile(join(folder, fileName(entry)));
      entries.delete(keyOf(entry));
    }
  };
  const sweep = () => drop((entry) => !lives(entry));
  sweep();
  return {
    find: (matches) => [...entries.values()].find((entry) => lives(entry) && matches(entry)),
    get: (model, id) => {
      const entry = entries.get(keyOf({ model, id }));
      return entry !== undefined && lives(entry) ? entry : undefined;
    },
    keep: (entry) => {
      if (folder !== undefined) writeWhole(join(folder, fileName(entry)), JSON.stringify(entry));
      entries.set(keyOf(entry), entry);
    },
    drop,
    sweep,
  };
};
