import { beforeEach, describe, expect, it } from '@jest/globals';
import { PageQuery } from '#shared/domain/inputs.ts';
import { listRecords } from '#shared/domain/umbrellas/list-records.ts';
import { recordAt } from '#shared/domain/umbrellas/record.ts';
import { setVerification } from '#shared/domain/umbrellas/set-verification.ts';
import { updateUmbrella } from '#shared/domain/umbrellas/update.ts';
import { umbrellaKey, umbrellas, type Umbrella } from '#shared/domain/umbrellas/umbrella.ts';
import type { Deps } from '#shared/ports.ts';
import { day, otherProcess, start, told, world, type World } from '../../../support/deps.ts';
import { actor, umbrella } from '../../../support/nouns.ts';

let w: World;
let over: Umbrella;
beforeEach(async () => {
  w = await world();
  over = await umbrella(w, { consoleUrl: 'https://console.acme.example' });
});

type Input = Parameters<typeof setVerification>[1]['input'];

const put = (input: Input, deps: Deps = w.deps) =>
  setVerification(deps, { by: actor(w), umbrellaId: over.id, input, ifMatch: undefined });

const where = () => ({ organizationId: w.organizationId, umbrellaId: over.id });
const read = (query: Record<string, unknown> = {}) =>
  listRecords(w.deps, { ...where(), query: PageQuery.parse(query) });
const notes = async () => (await read()).items.map(({ note }) => note);

/** A process that dies at one of the writes of umbrellas. */
const dying = (after: boolean): Deps =>
  otherProcess(w.deps, {
    store: {
      ...w.deps.store,
      replace: async (collection, item) => {
        if (after) await w.deps.store.replace(collection, item);
        throw new Error('gone');
      },
    },
  });

describe('the history of the status', () => {
  it('begins with what was said when the umbrella was made (R38)', async () => {
    expect(await read()).toEqual({
      items: [{ status: 'unknown', by: actor(w).id, at: new Date(start).toISOString() }],
      nextCursor: null,
    });
  });

  it('holds everything that was said, by whom and when, the newest first (R38)', async () => {
    const said = [
      { status: 'demo', note: 'first', authLifetimeSeconds: 604_800, exceptScopes: ['openid', 'email'] },
      { status: 'in_review', note: 'second', evidenceUrl: 'https://acme.example/ticket' },
      { status: 'verified' },
    ] as const;
    for (const { ...input } of said) {
      await w.clock.advance(day);
      await put({
        ...input,
        ...('exceptScopes' in input && { exceptScopes: [...input.exceptScopes] }),
      } as Input);
    }
    const by = actor(w).id;
    const at = (days: number) => new Date(start + days * day).toISOString();
    expect((await read()).items).toEqual([
      { ...said[2], by, at: at(3) },
      { ...said[1], by, at: at(2) },
      { ...said[0], by, at: at(1) },
      { status: 'unknown', by, at: at(0) },
    ]);
  });

  it.each([1, 2, 3, 6, 7, 50])(
    'is read page by page, %s to a page, without a gap or a repeat',
    async (limit) => {
      for (let count = 1; count <= 6; count += 1) await put({ status: 'demo', note: `${count}` });
      const seen: unknown[] = [];
      let cursor: string | null | undefined;
      let pages = 0;
      do {
        const page = await read({ limit, ...(cursor && { cursor }) });
        expect(page.items.length).toBeGreaterThan(0);
        seen.push(...page.items.map(({ note }) => note));
        cursor = page.nextCursor;
        pages += 1;
      } while (cursor);
      expect(seen).toEqual(['6', '5', '4', '3', '2', '1', undefined]);
      expect(pages).toBe(Math.ceil(7 / limit));
    },
  );

  it('goes on where a page ended, also when the status has changed since', async () => {
    for (const note of ['1', '2', '3']) await put({ status: 'demo', note });
    const { nextCursor } = await read({ limit: 2 });
    await put({ status: 'verified', note: '4' });
    expect((await read({ cursor: nextCursor })).items.map(({ note }) => note)).toEqual(['1', undefined]);
  });

  it('shows no change that came to nothing, and loses none that a process died over', async () => {
    await put({ status: 'demo', note: 'one' });
    await expect(put({ status: 'verified', note: 'never' }, dying(false))).rejects.toThrow('gone');
    expect(await notes()).toEqual(['one', undefined]);
    await put({ status: 'in_review', note: 'two' });
    expect(await notes()).toEqual(['two', 'one', undefined]);
    await expect(put({ status: 'rejected', note: 'three' }, dying(true))).rejects.toThrow('gone');
    expect(await notes()).toEqual(['three', 'two', 'one', undefined]);
  });

  it('has one entry of two writers who meet: that of who won', async () => {
    const both = await Promise.allSettled([
      put({ status: 'demo', note: 'left' }),
      put({ status: 'rejected', note: 'right' }),
    ]);
    const won = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value.verification.note] : []));
    expect(won).toHaveLength(1);
    expect(await notes()).toEqual([...won, undefined]);
  });

  it('takes no part in edits of the details', async () => {
    await put({ status: 'demo', note: 'one' });
    await updateUmbrella(w.deps, { ...where(), input: { name: 'Renamed' }, ifMatch: undefined });
    await put({ status: 'verified', note: 'two' });
    expect(await notes()).toEqual(['two', 'one', undefined]);
  });

  it('tells which record held at a time', async () => {
    await w.clock.advance(day);
    await put({ status: 'demo' });
    await w.clock.advance(day);
    await put({ status: 'verified' });
    const now = await w.deps.store.get(umbrellas, umbrellaKey(w.organizationId, over.id));
    const statusOn = async (days: number) => (await recordAt(w.deps, now!, start + days * day)).status;
    expect([
      await statusOn(-1),
      await statusOn(0.5),
      await statusOn(1),
      await statusOn(1.5),
      await statusOn(2),
    ]).toEqual(['unknown', 'unknown', 'demo', 'demo', 'verified']);
  });

  it('of an umbrella that there is not is 404', async () => {
    over = { ...over, id: over.id.replace(/.$/, 'z') };
    await expect(read()).rejects.toMatchObject({ code: 'umbrella_not_found' });
  });

  it('of one stored before there was a history begins with what it says now', () => {
    const { records, capFrees, ...before } = over;
    expect([records, capFrees]).toEqual([1, false]);
    expect(umbrellas.schema.parse(before)).toEqual(over);
  });
});

describe('the alert of another status', () => {
  it('says what to do and links the console (R44)', async () => {
    await put({ status: 'rejected' });
    expect(told(w, 'umbrella.')).toEqual(['umbrella.verification_changed']);
    expect(w.bus.events.at(-1)?.data).toMatchObject({
      from: 'unknown',
      to: 'rejected',
      advice: expect.stringContaining('again'),
      link: 'https://console.acme.example',
    });
  });

  it('links the support where there is no console, and nothing where there is neither (R44)', async () => {
    for (const [supportUrl, link] of [
      ['https://support.acme.example', 'https://support.acme.example'],
      [undefined, null],
    ] as const) {
      over = await umbrella(w, { supportUrl });
      await put({ status: 'demo' });
      expect(w.bus.events.at(-1)?.data['link']).toBe(link);
    }
  });
});
