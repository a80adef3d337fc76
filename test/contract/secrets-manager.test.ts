import {
  InvalidRequestException,
  ResourceExistsException,
  ResourceNotFoundException,
  InternalServiceError,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from '@jest/globals';
import { rootDataKeys, secretsManagerDataKeys } from '#shared/aws/vault/data-keys.ts';
import { sealedSecrets, sealedVault } from '#shared/aws/vault/sealed.ts';
import { secretPerAuthVault } from '#shared/aws/vault/secret-per-auth.ts';
import { manualClock } from '#shared/memory/clock.ts';
import { seededRandom } from '#shared/memory/random.ts';
import { memoryStore } from '#shared/memory/store.ts';
import { Unsealable } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';
import { answeringClient, type Reply } from '../support/secrets-manager.ts';
import { newRef, newVersion } from './vault.ts';

const told = { message: 'As told.', $metadata: {} };
const missing = new ResourceNotFoundException(told);
const exists = new ResourceExistsException(told);
const busy = new InvalidRequestException(told);

const open = (...replies: readonly Reply[]) => {
  const { client, calls } = answeringClient((_, count) => replies[count - 1] ?? {});
  const clock = manualClock(0);
  return { calls, clock, vault: secretPerAuthVault({ client, prefix: 'latchkey', clock }), client };
};

const put = ({ vault }: ReturnType<typeof open>) => vault.put(newRef(), newVersion(), secret('hush'));

/** Lets a minute pass in steps, with a turn for whoever is about to sleep before each. */
const passTime = async ({ clock }: ReturnType<typeof open>) => {
  for (let step = 0; step < 12; step += 1) {
    await new Promise(setImmediate);
    await clock.advance(5_000);
  }
};

describe('putting a version into Secrets Manager', () => {
  it('costs one call when the auth has a secret', async () => {
    const opened = open({});
    await put(opened);
    expect(opened.calls).toEqual(['PutSecretValue']);
  });

  it('makes the secret when there is none', async () => {
    const opened = open(missing, {});
    await put(opened);
    expect(opened.calls).toEqual(['PutSecretValue', 'CreateSecret']);
  });

  it('adds to the secret that somebody else made in between', async () => {
    const opened = open(missing, exists, {});
    await put(opened);
    expect(opened.calls).toEqual(['PutSecretValue', 'CreateSecret', 'PutSecretValue']);
  });

  it('waits while a secret of this name is still being destroyed', async () => {
    const opened = open(busy, missing, busy, missing, {});
    const done = put(opened);
    await passTime(opened);
    await done;
    expect(opened.calls).toHaveLength(5);
  });

  it('gives up when it is being destroyed for long', async () => {
    const opened = open(...Array.from({ length: 20 }, () => busy));
    const done = put(opened).then(
      () => 'kept',
      (error: unknown) => error,
    );
    await passTime(opened);
    expect(await done).toBe(busy);
    expect(opened.calls).toHaveLength(5);
  });

  it('rejects at once for any other trouble', async () => {
    const trouble = new InternalServiceError(told);
    const opened = open(trouble);
    await expect(put(opened)).rejects.toBe(trouble);
    expect(opened.calls).toEqual(['PutSecretValue']);
  });

  it('shows no value when another one is kept', async () => {
    await expect(put(open(exists))).rejects.toThrow(
      /^This version of auth\S+ is kept already, with another value\.$/,
    );
  });
});

describe('getting a version from Secrets Manager', () => {
  it('finds nothing in a secret that is being destroyed', async () => {
    expect(await open(busy).vault.get(newRef(), newVersion())).toBeUndefined();
  });

  it('rejects when the answer holds no text', async () => {
    await expect(
      open({ SecretBinary: Uint8Array.of(1) }).vault.get(newRef(), newVersion()),
    ).rejects.toThrow();
  });

  it('rejects for other trouble, rather than finding nothing', async () => {
    const trouble = new InternalServiceError(told);
    await expect(open(trouble).vault.get(newRef(), newVersion())).rejects.toBe(trouble);
  });
});

describe('a data key in Secrets Manager', () => {
  const text = Buffer.alloc(32, 5).toString('base64');
  const openKeys = (...replies: readonly Reply[]) => {
    const { client, calls } = open(...replies);
    return { calls, keyOf: secretsManagerDataKeys({ client, prefix: 'latchkey', random: seededRandom(1) }) };
  };

  it('is read once, however many ask at the same time', async () => {
    const { calls, keyOf } = openKeys({ SecretString: text });
    const keys = await Promise.all(Array.from({ length: 5 }, () => keyOf(newRef())));
    expect(calls).toEqual(['GetSecretValue']);
    expect(keys.every((key) => Buffer.from(key).toString('base64') === text)).toBe(true);
  });

  it('is the one that somebody else made in between', async () => {
    const { calls, keyOf } = openKeys(missing, exists, { SecretString: text });
    expect(Buffer.from(await keyOf(newRef())).toString('base64')).toBe(text);
    expect(calls).toEqual(['GetSecretValue', 'CreateSecret', 'GetSecretValue']);
  });

  it('is never made anew while it is being deleted', async () => {
    const { calls, keyOf } = openKeys(busy);
    await expect(keyOf(newRef())).rejects.toBe(busy);
    expect(calls).toEqual(['GetSecretValue']);
  });

  it('opens nothing any more once its workspace is removed, not even a copy of what it had sealed', async () => {
    const kept = new Map<string, string>();
    const { client } = answeringClient(({ command, input }) => {
      const { SecretId = '', Name = '', SecretString = '' } = input as Readonly<Record<string, string>>;
      if (command === 'CreateSecret') kept.set(Name, SecretString);
      if (command === 'DeleteSecret') return kept.delete(SecretId) ? {} : missing;
      const text = kept.get(SecretId || Name);
      return text === undefined ? missing : { SecretString: text };
    });
    const dataKey = secretsManagerDataKeys({ client, prefix: 'latchkey', random: seededRandom(1) });
    const store = memoryStore();
    const vault = sealedVault({ store, dataKey, random: seededRandom(2) });
    const [ref, other, version] = [newRef({ workspaceId: 'ws_9' }), newRef(), newVersion()];
    for (const each of [ref, other]) await vault.put(each, version, secret(each.id));
    const partition = `SEALED#${ref.organizationId}#ws_9#auth#${ref.id}`;
    const copies = await store.list(sealedSecrets, { index: 'own', partition, limit: 10 });
    await vault.remove(ref);
    await vault.removeWorkspace({ organizationId: ref.organizationId, workspaceId: 'ws_9' });
    for (const copy of copies.items) await store.insert(sealedSecrets, copy);
    expect(copies.items).toHaveLength(1);
    await expect(vault.get(ref, version)).rejects.toThrow(Unsealable);
    expect((await vault.get(other, version))?.reveal()).toBe(other.id);
  });

  it('is asked for again after a failure', async () => {
    const { keyOf } = openKeys(busy, { SecretString: text });
    await expect(keyOf(newRef())).rejects.toBe(busy);
    expect(await keyOf(newRef())).toHaveLength(32);
  });

  it.each(['not base64 at all', Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64')])(
    'is refused when it is not 32 bytes: %s',
    async (broken) => {
      await expect(openKeys({ SecretString: broken }).keyOf(newRef())).rejects.toThrow();
    },
  );
});

describe('data keys from a root key', () => {
  const keyOf = rootDataKeys(seededRandom(9).bytes(32));

  it('are the same for a workspace at every start, and differ between workspaces, organizations and root keys', async () => {
    const again = rootDataKeys(seededRandom(9).bytes(32));
    expect(await again(newRef())).toEqual(await keyOf(newRef()));
    const keys = await Promise.all([
      keyOf(newRef()),
      keyOf(newRef({ workspaceId: 'ws_2' })),
      keyOf(newRef({ workspaceId: undefined })),
      keyOf(newRef({ organizationId: 'org_2' })),
      rootDataKeys(seededRandom(8).bytes(32))(newRef()),
    ]);
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(5);
  });

  it('are refused from a root key under 32 bytes', () => {
    expect(() => rootDataKeys(new Uint8Array(31))).toThrow(RangeError);
  });
});
