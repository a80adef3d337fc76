import type { Deps } from '../../ports.ts';
import { expectVersion } from '../versions.ts';
import { demandNoLessRole, type KeyMaker } from './demand-no-less.ts';
import { editKey } from './edit.ts';
import type { ServerKey } from './key.ts';

interface RenameInput {
  readonly by: KeyMaker;
  readonly keyId: string;
  readonly name: string;
  readonly ifMatch: string | undefined;
}

/** Gives a key another name. What it may do is never changed: make another key, and delete this one. */
export const renameKey = (
  deps: Pick<Deps, 'store'>,
  { by, keyId, name, ifMatch }: RenameInput,
): Promise<ServerKey> =>
  editKey(deps, { organizationId: by.organizationId, keyId }, (key) => {
    demandNoLessRole(by, key);
    expectVersion(ifMatch, key.version);
    return { ...key, name, version: key.version + 1 };
  });
