import { mutation, unit, type Mutation } from '../mutation.ts';

const inMemory = unit('contract/memory.test.ts');
// The others of that file write for seconds.
const inTable = unit('contract/dynalite.test.ts', 'the store: .* one item');

/** Adapters that do not keep the promise of their port. */
export const ports: readonly Mutation[] = [
  mutation(
    'the store in memory writes over what it did not read (unconditional commit)',
    {
      file: 'shared/memory/store.ts',
      find: ' && row.item.revision === item.revision',
      put: '',
    },
    inMemory,
  ),
  mutation(
    'the table writes over what it did not read (unconditional commit)',
    {
      file: 'shared/aws/table/store.ts',
      find: "'#revision = :read AND #collection = :collection'",
      put: "'(#revision = :read OR attribute_exists(#revision)) AND #collection = :collection'",
    },
    inTable,
  ),
  mutation(
    'the table inserts over what is there',
    {
      file: 'shared/aws/table/store.ts',
      find: "ConditionExpression: 'attribute_not_exists(#partition)'",
      put: "ConditionExpression: 'attribute_not_exists(#partition) OR attribute_exists(#partition)'",
    },
    inTable,
  ),
  mutation(
    'the vault in memory writes another value over a version that it has',
    {
      file: 'shared/memory/vault.ts',
      find: 'if (known !== undefined && known !== value.reveal()) throw versionTaken(ref);',
      put: '',
    },
    inMemory,
  ),
  mutation(
    'the sealed vault writes another value over a version that it has',
    {
      file: 'shared/aws/vault/sealed.ts',
      find: 'if (await store.insert(sealedSecrets, item)) return;',
      put: `const there = await store.get(sealedSecrets, keyOf(ref, version));
      if (there && (await store.replace(sealedSecrets, { ...item, revision: there.revision }))) return;
      if (!there && (await store.insert(sealedSecrets, item))) return;`,
    },
    inMemory,
  ),
];
