import * as z from 'zod';
import type { Deps } from '../../ports.ts';
import { cursorAt, HistoryQuery, walkHistory, type HistoryOf } from './list.ts';
import { showEntry } from './view.ts';

/** The same filters; as many entries as fit into one answer, if it is not said. */
export const ExportQuery = HistoryQuery.extend({
  limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
});

/** Below the 6 MB that Lambda answers, though each quotation mark in it is escaped on the way. */
const largest = 3_000_000;

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

interface ExportInput extends HistoryOf {
  readonly query: z.infer<typeof ExportQuery>;
}

/**
 * A history as JSON lines (ADR 0028): an entry each, the newest first, and a last line that says whether all have come,
 * `{"latchkey": {"complete", "entries", "nextCursor"}}`. Where it says no, the rest is had with its cursor.
 */
export const exportHistory = async (deps: Deps, input: ExportInput): Promise<string> => {
  const lines: string[] = [];
  let size = 0;
  let place: string | undefined;
  const walk = walkHistory(deps, input);
  const last = (nextCursor: string | null) =>
    line({ latchkey: { complete: nextCursor === null, entries: lines.length, nextCursor } });
  for (;;) {
    const step = await walk.next();
    if (step.done === true) return lines.join('') + last(cursorAt(input, step.value));
    if (lines.length === input.query.limit || size > largest)
      return lines.join('') + last(cursorAt(input, place));
    const next = line(showEntry(step.value.entry));
    size += Buffer.byteLength(next);
    lines.push(next);
    place = step.value.place;
  }
};
