import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { eventKinds } from '#shared/domain/events.ts';
import { failuresDocument } from '../../docs/failures.ts';
import { eventsDocument } from '../../docs/make.ts';
import { rolesDocument } from '../../docs/roles.ts';

describe('docs/failures.md', () => {
  it('is what npm run docs makes of the tables', () => {
    expect(readFileSync('docs/failures.md', 'utf8')).toBe(failuresDocument());
  });

  it('has a reason in every row, and no code twice in a table', () => {
    const rows = [...failuresDocument().matchAll(/^\| `(.+)` \| (\w+) \| (.+) \|$/gm)];
    expect(rows.length).toBeGreaterThan(60);
    for (const [, , kind, because] of rows) {
      expect(['terminal', 'client', 'transient', 'unknown']).toContain(kind);
      expect(because).toMatch(/\.$/);
    }
    for (const part of failuresDocument().split('\n\n')) {
      const codes = [...part.matchAll(/^\| `(.+)` \|/gm)].map(([, code]) => code);
      expect(new Set(codes).size).toBe(codes.length);
    }
  });
});

describe('docs/roles.md', () => {
  it('is what npm run docs makes of the table of roles and of the routes', () => {
    expect(readFileSync('docs/roles.md', 'utf8')).toBe(rolesDocument());
  });

  it('R56 says that viewers read, contributors own services, and admins alone manage keys', () => {
    const row = (permission: string) =>
      new RegExp(`^\\| \`${permission}\` \\|(.*)\\|$`, 'm')
        .exec(rolesDocument())?.[1]
        ?.split('|')
        .map((cell) => cell.trim());
    expect(row('services:read')).toEqual(['', '', 'yes', 'yes', 'yes', 'yes']);
    expect(row('services:write')).toEqual(['', '', '', 'yes', 'yes', 'yes']);
    expect(row('keys:write')).toEqual(['', '', '', '', 'yes', 'yes']);
    expect(rolesDocument()).toContain('| embedded | `services:write` | Owner |');
  });
});

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
