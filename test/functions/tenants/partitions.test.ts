import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** Every kind of item that the product stores, as the source declares it: `…: Collection<…> = { name: '…'`. */
const declared = readdirSync(join(root, 'shared'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => [
    ...readFileSync(join(root, 'shared', file), 'utf8').matchAll(/: Collection<[^=]*= \{\s*name: '(\w+)'/g),
  ])
  .map(([, name]) => name!)
  .sort();

/** The table of items in docs/data-model.md: partition by collection. */
const documented = new Map(
  [...readFileSync(join(root, 'docs/data-model.md'), 'utf8').matchAll(/^\| `(\w+)` +\| ([^|]*?) +\|/gm)].map(
    ([, name, partition]) => [name!, partition!] as const,
  ),
);

/** The partitions that do not begin with the organization, each looked at by a person. */
const reviewed: Readonly<Record<string, string>> = {
  deployment: 'Which organization the deployment began with: no organization’s own.',
  watermark: 'How far the sweep has come: no organization’s own.',
  external_organization:
    'Which organization an identity provider means: asked before anyone knows which. By a digest, so that no name looks like another’s partition.',
  connect_state:
    'A provider sends back the state alone. 256 bits of chance; the item names its organization, sealed.',
  call_window: 'Stands in the partition of its auth or service.',
  call_seats: 'Stands in the partition of its auth or service.',
  sealed_secret: 'Begins with SEALED and the organization; the sealed text is bound to both.',
};

describe('the key of every stored item', () => {
  it('is in the data model', () => {
    expect(declared.length).toBeGreaterThan(30);
    expect(declared.filter((name) => !documented.has(name))).toEqual([]);
  });

  it.each(declared.map((name) => [name, documented.get(name) ?? ''] as const))(
    'begins with the organization, or a person has said why not: %s',
    (name, partition) => {
      const begins = /^`ORG#\{org\}(?:#|`)/.test(partition);
      expect({ name, partition, begins: begins || name in reviewed }).toMatchObject({ begins: true });
      expect({ name, twice: begins && name in reviewed }).toEqual({ name, twice: false });
    },
  );
});
