import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { eventKinds } from '#shared/domain/events.ts';
import { eventsDocument } from '../../docs/make.ts';

describe('docs/events.md', () => {
  it('is what npm run docs makes of the event kinds', () => {
    expect(readFileSync('docs/events.md', 'utf8')).toBe(eventsDocument());
  });

  it('describes every event kind once, with an example that fits its schema', () => {
    const described = [...eventsDocument().matchAll(/^### `(.+)`$/gm)].map(([, type]) => type);
    expect(described.toSorted()).toEqual(eventKinds.map(({ type }) => type).toSorted());
    for (const { data, example } of eventKinds) expect(data.safeParse(example).success).toBe(true);
  });

  it('names the type of every field', () => {
    expect(eventsDocument()).not.toMatch(/^\| .* \| any \|$/m);
  });
});
