import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { dueShards, type Collection, type DueEntry, type Store } from '#shared/ports.ts';
import { secret } from '#shared/secret.ts';
import { shardOf } from '#shared/table.ts';

const Note = z.object({
  revision: z.int(),
  shelf: z.string(),
  id: z.string(),
  text: z.string().optional(),
  topic: z.string().optional(),
  author: z.string().optional(),
  rank: z.string().optional(),
  due: z.object({ at: z.number(), act: z.string(), of: z.string().optional() }).optional(),
  expiresAt: z.number().optional(),
  details: z.unknown(),
});
type Note = z.infer<typeof Note>;

const notes: Collection<Note> = {
  name: 'note',
  schema: Note,
  place: ({ shelf, id, topic, author, rank, due, expiresAt }) => ({
    key: { partition: shelf, sort: id },
    listed: topic === undefined ? undefined : { partition: `TOPIC#${topic}`, sort: `${shelf}#${id}` },
    grouped: author === undefined ? undefined : { partition: `AUTHOR#${author}`, sort: `${shelf}#${id}` },
    ranked: rank === undefined ? undefined : { partition: `RANK#${rank}`, sort: `${shelf}#${id}` },
    due,
    expiresAt,
  }),
};

const photos: Collection<Note> = { ...notes, name: 'photo' };

const note = (id: string, fields: Partial<Note> = {}): Note => ({
  revision: 0,
  shelf: 'shelf',
  id,
  details: null,
  ...fields,
});

const key = (id: string, shelf = 'shelf') => ({ partition: shelf, sort: id });

const ids = (items: readonly Note[]) => items.map(({ id }) => id);

/** What every store must do, run on a new and empty store for each test. */
export const describeStore = (name: string, open: () => Promise<Store>) => {
  describe(`the store: ${name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });

    const insertAll = (items: readonly Note[]) => Promise.all(items.map((item) => store.insert(notes, item)));
    const allDue = async (from: number, to: number, limit = 100): Promise<readonly DueEntry[]> =>
      (
        await Promise.all(
          Array.from({ length: dueShards }, (_, shard) => store.due({ shard, from, to, limit })),
        )
      ).flat();

    describe('one item', () => {
      it('is absent before it is written', async () => {
        expect(await store.get(notes, key('a'))).toBeUndefined();
      });

      it('is read as it was inserted, at revision 1', async () => {
        const inserted = await store.insert(
          notes,
          note('a', { text: 'one', details: { deep: [1, null, true, 'ü'] } }),
        );
        expect(inserted).toEqual({
          ...note('a'),
          text: 'one',
          details: { deep: [1, null, true, 'ü'] },
          revision: 1,
        });
        expect(await store.get(notes, key('a'))).toEqual(inserted);
      });

      it('keeps its place against a second insert', async () => {
        await store.insert(notes, note('a', { text: 'first' }));
        expect(await store.insert(notes, note('a', { text: 'second' }))).toBeUndefined();
        expect(await store.get(notes, key('a'))).toMatchObject({ text: 'first', revision: 1 });
      });

      it('counts each replacement', async () => {
        const first = await store.insert(notes, note('a'));
        const second = await store.replace(notes, { ...first!, text: 'two' });
        const third = await store.replace(notes, { ...second!, text: 'three' });
        expect(third).toMatchObject({ text: 'three', revision: 3 });
        expect(await store.get(notes, key('a'))).toEqual(third);
      });

      it('is not replaced by who read an older revision', async () => {
        const first = await store.insert(notes, note('a'));
        await store.replace(notes, { ...first!, text: 'newer' });
        expect(await store.replace(notes, { ...first!, text: 'late' })).toBeUndefined();
        expect(await store.get(notes, key('a'))).toMatchObject({ text: 'newer', revision: 2 });
      });

      it('is not brought into being by a replacement', async () => {
        expect(await store.replace(notes, note('a', { revision: 1 }))).toBeUndefined();
        expect(await store.get(notes, key('a'))).toBeUndefined();
      });

      it('is removed at the revision that was read, and only once', async () => {
        const first = await store.insert(notes, note('a'));
        const second = await store.replace(notes, first!);
        expect(await store.remove(notes, first!)).toBe(false);
        expect(await store.get(notes, key('a'))).toEqual(second);
        expect(await store.remove(notes, second!)).toBe(true);
        expect(await store.remove(notes, second!)).toBe(false);
        expect(await store.get(notes, key('a'))).toBeUndefined();
      });

      it('can be inserted again once it was removed', async () => {
        const first = await store.insert(notes, note('a', { text: 'old' }));
        await store.remove(notes, first!);
        expect(await store.insert(notes, note('a', { text: 'new' }))).toMatchObject({
          text: 'new',
          revision: 1,
        });
      });

      it('is told apart from others by the whole of its key', async () => {
        await insertAll([
          note('b', { shelf: 'a#', text: 'left' }),
          note('#b', { shelf: 'a', text: 'right' }),
        ]);
        expect(await store.get(notes, key('b', 'a#'))).toMatchObject({ text: 'left' });
        expect(await store.get(notes, key('#b', 'a'))).toMatchObject({ text: 'right' });
      });

      it('does not change when the object that was written or read does', async () => {
        const details = { list: [1] };
        await store.insert(notes, note('a', { details }));
        details.list.push(2);
        const read = await store.get(notes, key('a'));
        (read!.details as typeof details).list.push(3);
        expect(await store.get(notes, key('a'))).toMatchObject({ details: { list: [1] } });
      });

      it('can be written back as it was read', async () => {
        await store.insert(notes, note('a', { details: { deep: [{ er: 'x' }] } }));
        const read = await store.get(notes, key('a'));
        expect(await store.replace(notes, read!)).toEqual({ ...read, revision: 2 });
      });

      it('keeps no property that is undefined, at any depth', async () => {
        const written = await store.insert(
          notes,
          note('a', { text: undefined, details: { gone: undefined, kept: 0 } }),
        );
        for (const item of [written, await store.get(notes, key('a'))]) {
          expect(Object.keys(item!)).not.toContain('text');
          expect(item!.details).toStrictEqual({ kept: 0 });
        }
      });

      it.each([
        ['a secret', secret('hush')],
        ['a function', () => 1],
        ['a date', new Date(0)],
        ['a number beyond the safe integers', 2 ** 60],
        ['a number that is none', Number.NaN],
      ])('is refused when it holds %s', async (_, details) => {
        await expect(store.insert(notes, note('a', { details: { inside: details } }))).rejects.toThrow(
          TypeError,
        );
        expect(await store.get(notes, key('a'))).toBeUndefined();
      });

      it('is refused when its own schema would not read it back', async () => {
        const broken = { ...note('a'), text: 7 } as unknown as Note;
        await expect(store.insert(notes, broken)).rejects.toThrow(z.ZodError);
        expect(await store.get(notes, key('a'))).toBeUndefined();
      });

      it('rejects on reading when it no longer fits its schema', async () => {
        await store.insert(notes, note('a', { text: 'short' }));
        const stricter: Collection<Note> = { ...notes, schema: Note.extend({ text: z.string().min(10) }) };
        await expect(store.get(stricter, key('a'))).rejects.toThrow(z.ZodError);
      });

      it('comes back as it went in, whatever it holds', async () => {
        let count = 0;
        const text = fc.string({ unit: 'binary' });
        const leaf = fc.oneof(text, fc.maxSafeInteger(), fc.boolean(), fc.constant(null));
        const names = fc.string({ minLength: 1, unit: 'grapheme' }).filter((field) => field !== '__proto__');
        const { value } = fc.letrec((tie) => ({
          value: fc.oneof(
            { depthSize: 'small', withCrossShrink: true },
            leaf,
            fc.array(tie('value'), { maxLength: 4 }),
            fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }),
          ),
        }));
        await fc.assert(
          fc.asyncProperty(text, value, async (words, details) => {
            count += 1;
            const written = note(`n${count}`, { text: words, details });
            await store.insert(notes, written);
            expect(await store.get(notes, key(`n${count}`))).toEqual({ ...written, revision: 1 });
          }),
          // The SDK takes an object for an instance of a class by what stands under this name.
          {
            numRuns: 60,
            endOnFailure: true,
            examples: [['', { constructor: { a: 1 }, b: { constructor: null } }]],
          },
        );
      });
    });

    describe('many writers', () => {
      it('lets exactly one of 20 insert', async () => {
        const writes = Array.from({ length: 20 }, (_, n) => store.insert(notes, note('a', { text: `${n}` })));
        const won = (await Promise.all(writes)).filter((item) => item !== undefined);
        expect(won).toHaveLength(1);
        expect(await store.get(notes, key('a'))).toEqual(won[0]);
      });

      it('lets exactly one of 20 replace the same revision, even with the same words', async () => {
        const read = await store.insert(notes, note('a'));
        for (const text of [undefined, 'same'] as const) {
          const current = text === undefined ? read! : await store.get(notes, key('a'));
          const writes = Array.from({ length: 20 }, (_, n) =>
            store.replace(notes, { ...current!, text: text ?? `${n}` }),
          );
          const won = (await Promise.all(writes)).filter((item) => item !== undefined);
          expect(won).toHaveLength(1);
          expect(await store.get(notes, key('a'))).toEqual(won[0]);
        }
      });

      it('loses no step of 10 who each count up until they win', async () => {
        await store.insert(notes, note('a', { details: 0 }));
        const countUp = async (): Promise<void> => {
          const read = await store.get(notes, key('a'));
          if (!(await store.replace(notes, { ...read!, details: (read!.details as number) + 1 })))
            await countUp();
        };
        await Promise.all(Array.from({ length: 10 }, countUp));
        expect(await store.get(notes, key('a'))).toMatchObject({ details: 10, revision: 11 });
      });

      it('lets either one remover or one replacer win', async () => {
        const read = await store.insert(notes, note('a'));
        const acts = Array.from({ length: 10 }, (_, n) =>
          n % 2 ? store.remove(notes, read!) : store.replace(notes, { ...read!, text: `${n}` }),
        );
        const won = (await Promise.all(acts)).filter((result) => result !== undefined && result !== false);
        expect(won).toHaveLength(1);
      });
    });

    describe('other collections', () => {
      it('do not see the item', async () => {
        await store.insert(notes, note('a', { topic: 't' }));
        expect(await store.get(photos, key('a'))).toBeUndefined();
        for (const request of [
          { index: 'own', partition: 'shelf' },
          { index: 'listed', partition: 'TOPIC#t' },
        ] as const) {
          expect(await store.list(photos, { ...request, limit: 10 })).toEqual({ items: [] });
        }
      });

      it('do not take its place, write over it or remove it', async () => {
        const read = await store.insert(notes, note('a', { text: 'note' }));
        expect(await store.insert(photos, note('a'))).toBeUndefined();
        expect(await store.replace(photos, { ...read!, text: 'photo' })).toBeUndefined();
        expect(await store.remove(photos, read!)).toBe(false);
        expect(await store.get(notes, key('a'))).toEqual(read);
      });

      it('do not shorten a page of the list that they share', async () => {
        await Promise.all(
          ['a', 'b', 'c', 'd', 'e', 'f'].map((id, place) =>
            store.insert(place % 2 ? notes : photos, note(id)),
          ),
        );
        const first = await store.list(notes, { index: 'own', partition: 'shelf', limit: 2 });
        expect(ids(first.items)).toEqual(['b', 'd']);
        const rest = await store.list(notes, {
          index: 'own',
          partition: 'shelf',
          limit: 2,
          after: first.next,
        });
        expect(ids(rest.items)).toEqual(['f']);
        expect(rest.next).toBeUndefined();
      });
    });

    describe('a list', () => {
      it('is empty where nothing was written', async () => {
        expect(await store.list(notes, { index: 'own', partition: 'shelf', limit: 5 })).toEqual({
          items: [],
        });
      });

      it('holds its partition alone, in the order of UTF-8 bytes', async () => {
        const order = ['A', 'Z', 'a', 'a0', 'aé', 'a\u{FFFD}', 'a\u{1F600}', 'b', '~', 'é'];
        await insertAll([...order].reverse().map((id) => note(id)));
        await insertAll([note('m', { shelf: 'other' })]);
        const page = await store.list(notes, { index: 'own', partition: 'shelf', limit: 50 });
        expect(ids(page.items)).toEqual(order);
      });

      it.each(['own', 'listed', 'grouped', 'ranked'] as const)(
        '%s: gives every item once, page by page',
        async (index) => {
          const all = Array.from({ length: 23 }, (_, n) => `n${String(n).padStart(2, '0')}`);
          await insertAll(all.map((id) => note(id, { topic: 't', author: 'a', rank: 'r' })));
          const partition = { own: 'shelf', listed: 'TOPIC#t', grouped: 'AUTHOR#a', ranked: 'RANK#r' }[index];
          const seen: string[] = [];
          const sizes: number[] = [];
          let after: string | undefined;
          do {
            const page = await store.list(notes, { index, partition, limit: 5, after });
            seen.push(...ids(page.items));
            sizes.push(page.items.length);
            after = page.next;
          } while (after !== undefined);
          expect(seen).toEqual(all);
          expect(sizes).toEqual([5, 5, 5, 5, 3]);
        },
      );

      it('names no next page when the last item was given', async () => {
        await insertAll(['a', 'b'].map((id) => note(id)));
        const page = await store.list(notes, { index: 'own', partition: 'shelf', limit: 2 });
        expect(ids(page.items)).toEqual(['a', 'b']);
        expect(page.next).toBeUndefined();
      });

      it('goes on behind a place that is gone since', async () => {
        const [, second] = await insertAll(['a', 'b', 'c'].map((id) => note(id)));
        const { next } = await store.list(notes, { index: 'own', partition: 'shelf', limit: 2 });
        await store.remove(notes, second!);
        const page = await store.list(notes, { index: 'own', partition: 'shelf', limit: 2, after: next });
        expect(ids(page.items)).toEqual(['c']);
      });

      it.each([
        ['the prefix alone', { prefix: 'b#' }, ['b#', 'b#1', 'b#2', 'b#\u{1F600}']],
        ['after a place within', { prefix: 'b#', after: 'b#1' }, ['b#2', 'b#\u{1F600}']],
        ['after the prefix itself', { prefix: 'b#', after: 'b#' }, ['b#1', 'b#2', 'b#\u{1F600}']],
        ['after a place before them', { prefix: 'b#', after: 'a' }, ['b#', 'b#1', 'b#2', 'b#\u{1F600}']],
        ['after a place behind them', { prefix: 'b#', after: 'c' }, []],
        ['after a place, any prefix', { after: 'b#2' }, ['b#\u{1F600}', 'b$', 'c']],
      ])('can be of a prefix: %s', async (_, part, expected) => {
        await insertAll(['a', 'b', 'b#', 'b#1', 'b#2', 'b#\u{1F600}', 'b$', 'c'].map((id) => note(id)));
        const page = await store.list(notes, { index: 'own', partition: 'shelf', limit: 9, ...part });
        expect(ids(page.items)).toEqual(expected);
      });

      it('of a prefix pages too', async () => {
        await insertAll(['a1', 'b1', 'b2', 'b3', 'c1'].map((id) => note(id)));
        const first = await store.list(notes, { index: 'own', partition: 'shelf', prefix: 'b', limit: 2 });
        const request = {
          index: 'own',
          partition: 'shelf',
          prefix: 'b',
          limit: 2,
          after: first.next,
        } as const;
        const second = await store.list(notes, request);
        expect([ids(first.items), ids(second.items), second.next]).toEqual([['b1', 'b2'], ['b3'], undefined]);
      });

      it('holds items of more than a megabyte in all', async () => {
        const details = 'x'.repeat(150_000);
        await insertAll(Array.from({ length: 10 }, (_, n) => note(`n${n}`, { details })));
        const page = await store.list(notes, { index: 'own', partition: 'shelf', limit: 10 });
        expect(page.items).toHaveLength(10);
        expect(page.next).toBeUndefined();
      });

      it.each([
        ['listed', 'topic', 'TOPIC#'],
        ['grouped', 'author', 'AUTHOR#'],
        ['ranked', 'rank', 'RANK#'],
      ] as const)(
        '%s: follows an item that changes lists, leaves, or is removed',
        async (index, field, prefix) => {
          const members = async (list: string) =>
            ids((await store.list(notes, { index, partition: `${prefix}${list}`, limit: 9 })).items);
          const first = await store.insert(notes, note('a', { [field]: 'one' }));
          await store.insert(notes, note('b', { shelf: 'elsewhere', [field]: 'one' }));
          expect(await members('one')).toEqual(['b', 'a']);
          const second = await store.replace(notes, { ...first!, [field]: 'two' });
          expect([await members('one'), await members('two')]).toEqual([['b'], ['a']]);
          const third = await store.replace(notes, { ...second!, [field]: undefined });
          expect(await members('two')).toEqual([]);
          const fourth = await store.replace(notes, { ...third!, [field]: 'one' });
          await store.remove(notes, fourth!);
          expect(await members('one')).toEqual(['b']);
        },
      );

      it.each(['own', 'listed', 'ranked'] as const)(
        '%s: can end before a place, also after another and page by page',
        async (index) => {
          await insertAll(['a', 'b', 'c', 'd', 'e'].map((id) => note(id, { topic: 't', rank: 'r' })));
          const partition = { own: 'shelf', listed: 'TOPIC#t', ranked: 'RANK#r' }[index];
          const at = (id: string) => (index === 'own' ? id : `shelf#${id}`);
          const between = async (before: string, after?: string) =>
            store.list(notes, {
              index,
              partition,
              before: at(before),
              after: after === undefined ? undefined : at(after),
              limit: 2,
            });
          const first = await between('d');
          expect([ids(first.items), first.next]).toEqual([['a', 'b'], at('b')]);
          const second = await between('d', 'b');
          expect([ids(second.items), second.next]).toEqual([['c'], undefined]);
          expect(ids((await between('d', 'c')).items)).toEqual([]);
          expect(ids((await between('b', 'd')).items)).toEqual([]);
          expect(ids((await between('bb', 'aa')).items)).toEqual(['b']);
        },
      );

      it('gives the item as it is now', async () => {
        const first = await store.insert(notes, note('a', { topic: 't', rank: 'r', text: 'old' }));
        const second = await store.replace(notes, { ...first!, text: 'new' });
        for (const where of [
          { index: 'listed', partition: 'TOPIC#t' },
          { index: 'ranked', partition: 'RANK#r' },
        ] as const)
          expect((await store.list(notes, { ...where, limit: 9 })).items).toEqual([second]);
      });
    });

    describe('what is due', () => {
      const due = (at: number, act = 'renew') => ({ due: { at, act } });

      it('names collection, key, time and act', async () => {
        await store.insert(notes, note('a', due(1_800_000_000_123)));
        expect(await allDue(0, 2e12)).toEqual([
          { collection: 'note', key: key('a'), at: 1_800_000_000_123, act: 'renew' },
        ]);
      });

      it('names what it is of, where the item says so', async () => {
        await insertAll([
          note('a', { due: { at: 1, act: 'renew', of: 'svc_1' } }),
          note('b', { due: { at: 2, act: 'renew' } }),
        ]);
        const entries = await allDue(0, 9);
        expect(entries.map(({ at, of }) => [at, of]).sort()).toEqual([
          [1, 'svc_1'],
          [2, undefined],
        ]);
      });

      it('goes on after an entry, of many at the same moment too, and when that entry is gone', async () => {
        const shard = shardOf(key('n0'));
        const same = Array.from({ length: 400 }, (_, n) => `n${n}`)
          .filter((id) => shardOf(key(id)) === shard)
          .slice(0, 12);
        await insertAll(same.map((id, place) => note(id, due(place < 10 ? 7 : 9))));
        const seen: string[] = [];
        for (let after: DueEntry | undefined; ;) {
          const page = await store.due({ shard, from: 7, to: 9, after, limit: 5 });
          seen.push(...page.map((entry) => entry.key.sort));
          after = page.at(-1);
          if (!after || page.length < 5) break;
          const last = await store.get(notes, after.key);
          await store.remove(notes, last!);
        }
        expect(seen.toSorted()).toEqual(same.toSorted());
        expect(seen.slice(10).sort()).toEqual(same.slice(10).sort());
      });

      it('lies in the shard of its key alone', async () => {
        await store.insert(notes, note('a', due(5)));
        const shards = Array.from({ length: dueShards }, (_, shard) =>
          store.due({ shard, from: 0, to: 9, limit: 9 }),
        );
        const filled = (await Promise.all(shards)).flatMap((entries, shard) =>
          entries.length > 0 ? [shard] : [],
        );
        expect(filled).toEqual([shardOf(key('a'))]);
      });

      it('comes earliest first, both ends included, up to the limit', async () => {
        const shard = shardOf(key('n0'));
        const same = Array.from({ length: 400 }, (_, n) => `n${n}`)
          .filter((id) => shardOf(key(id)) === shard)
          .slice(0, 8);
        const times = [30, 9, 100, 10, 20, 11, 99, 1000];
        await insertAll(same.map((id, place) => note(id, due(times[place]!))));
        const at = async (from: number, to: number, limit: number) =>
          (await store.due({ shard, from, to, limit })).map((entry) => entry.at);
        expect(await at(0, 5000, 100)).toEqual([9, 10, 11, 20, 30, 99, 100, 1000]);
        expect(await at(10, 100, 100)).toEqual([10, 11, 20, 30, 99, 100]);
        expect(await at(10, 100, 3)).toEqual([10, 11, 20]);
        expect(await at(31, 98, 9)).toEqual([]);
        expect(await at(98, 31, 9)).toEqual([]);
      });

      it('moves when the time moves, and goes when it is dropped or the item is removed', async () => {
        const first = await store.insert(notes, note('a', due(10)));
        const second = await store.replace(notes, { ...first!, ...due(20, 'expire') });
        expect(await allDue(0, 100)).toMatchObject([{ at: 20, act: 'expire' }]);
        const third = await store.replace(notes, { ...second!, due: undefined });
        expect(await allDue(0, 100)).toEqual([]);
        const fourth = await store.replace(notes, { ...third!, ...due(30) });
        expect(await allDue(0, 100)).toMatchObject([{ at: 30 }]);
        await store.remove(notes, fourth!);
        expect(await allDue(0, 100)).toEqual([]);
      });

      it('is of every collection', async () => {
        await Promise.all([store.insert(notes, note('a', due(1))), store.insert(photos, note('b', due(2)))]);
        const collections = (await allDue(0, 9)).map(({ collection }) => collection);
        expect(collections.sort()).toEqual(['note', 'photo']);
      });
    });
  });
};
