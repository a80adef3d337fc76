import { GetSecretValueCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from '@jest/globals';
import { secretsManagerDataKeys } from '#shared/aws/vault/data-keys.ts';
import { movingVault } from '#shared/aws/vault/moving.ts';
import { sealedVault } from '#shared/aws/vault/sealed.ts';
import { secretPerAuthVault } from '#shared/aws/vault/secret-per-auth.ts';
import { systemRandom } from '#shared/aws/random.ts';
import { secret } from '#shared/secret.ts';
import { describeVault, newRef, newVersion } from '../contract/vault.ts';
import { fresh, newStore, secrets } from './clients.ts';

const perAuth = (prefix = fresh('latchkey')) => secretPerAuthVault({ client: secrets, prefix });

const dataKeys = (prefix = fresh('latchkey')) =>
  secretsManagerDataKeys({ client: secrets, prefix, random: systemRandom });

const sealed = async (prefix?: string) =>
  sealedVault({ store: (await newStore()).store, dataKey: dataKeys(prefix), random: systemRandom });

describeVault('a secret for each auth', () => Promise.resolve(perAuth()));
describeVault('sealed, over DynamoDB with data keys in Secrets Manager', () => sealed());
describeVault('moving from a secret for each auth to sealed ones', async () =>
  movingVault({ to: await sealed(), from: perAuth() }),
);

describe('a secret for each auth', () => {
  it('lies under a name that tells kind, organization, workspace and id', async () => {
    const prefix = fresh('latchkey');
    const [ref, version] = [newRef(), newVersion()];
    await perAuth(prefix).put(ref, version, secret('value'));
    const name = `${prefix}/auth/org_1/ws_1/${ref.id}`;
    const kept = await secrets.send(new GetSecretValueCommand({ SecretId: name, VersionId: version }));
    expect(kept).toMatchObject({ Name: name, SecretString: 'value', VersionId: version });
  });

  it('is the only secret of its auth, however many versions it has', async () => {
    const prefix = fresh('latchkey');
    const ref = newRef({ kind: 'service', workspaceId: undefined });
    for (let count = 0; count < 3; count += 1) await perAuth(prefix).put(ref, newVersion(), secret('value'));
    const filter = new ListSecretsCommand({ Filters: [{ Key: 'name', Values: [prefix] }] });
    const { SecretList = [] } = await secrets.send(filter);
    expect(SecretList.map(({ Name }) => Name)).toEqual([`${prefix}/service/org_1/${ref.id}`]);
  });
});

describe('a data key in Secrets Manager', () => {
  it('is 32 bytes, the same for all that belongs to one workspace', async () => {
    const keyOf = dataKeys();
    const [first, second] = [await keyOf(newRef()), await keyOf(newRef({ kind: 'service' }))];
    expect(first).toHaveLength(32);
    expect(second).toEqual(first);
  });

  it('differs between workspaces, and from the organization as a whole', async () => {
    const keyOf = dataKeys();
    const keys = [newRef(), newRef({ workspaceId: 'ws_2' }), newRef({ workspaceId: undefined })].map(keyOf);
    const texts = (await Promise.all(keys)).map((key) => Buffer.from(key).toString('hex'));
    expect(new Set(texts).size).toBe(3);
  });

  it('is one key when 8 processes ask for it first at once', async () => {
    const prefix = fresh('latchkey');
    const ref = newRef();
    const keys = await Promise.all(Array.from({ length: 8 }, () => dataKeys(prefix)(ref)));
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1);
  });

  it('still opens what an earlier process sealed', async () => {
    const prefix = fresh('latchkey');
    const { store } = await newStore();
    const vault = () => sealedVault({ store, dataKey: dataKeys(prefix), random: systemRandom });
    const [ref, version] = [newRef(), newVersion()];
    await vault().put(ref, version, secret('value'));
    expect((await vault().get(ref, version))?.reveal()).toBe('value');
  });
});

describe('moving over while the product runs', () => {
  it('finds old credentials, puts new ones under seal, and destroys both', async () => {
    const [from, to] = [perAuth(), await sealed()];
    const [ref, before, after] = [newRef(), newVersion(), newVersion()];
    await from.put(ref, before, secret('old'));
    const vault = movingVault({ to, from });
    await vault.put(ref, after, secret('new'));
    expect([(await vault.get(ref, before))?.reveal(), (await vault.get(ref, after))?.reveal()]).toEqual([
      'old',
      'new',
    ]);
    expect(await from.get(ref, after)).toBeUndefined();
    await vault.remove(ref);
    expect([await from.get(ref, before), await to.get(ref, after)]).toEqual([undefined, undefined]);
  });
});
