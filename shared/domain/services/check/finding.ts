import * as z from 'zod';
import { Finding } from '../../../protocols/describe/draft.ts';

/** Something that a check has seen: where it stands in the document, and what to do. */
export const CheckFinding = Finding.extend({ code: z.string() });
export type CheckFinding = z.infer<typeof CheckFinding>;

/** What an edit does to the auths that are there (R13). */
const Effect = z.object({
  /** The auths of the service in all workspaces, those that are being deleted left out. */
  auths: z.int(),
  /** How many of them the edit ends. Where a field is newly needed this is the most that it can be. */
  ends: z.int(),
  /** Whether there are more auths than were counted. */
  atLeast: z.boolean(),
  /** What of the edit ends auths. */
  changes: z.array(z.object({ path: z.string(), message: z.string() })),
});
export type Effect = z.infer<typeof Effect>;

/** What a dry check tells. */
export const CheckAnswer = z.object({
  /** Whether nothing stands in the way of storing the definition: there is no finding of the level error. */
  ok: z.boolean(),
  findings: z.array(CheckFinding),
  /** Null where there is no service yet, and where the candidate cannot be read. */
  effect: Effect.nullable(),
});
export type CheckAnswer = z.infer<typeof CheckAnswer>;

const levels = ['error', 'warning', 'info'] as const;
const mostFindings = 200;

/** The gravest findings first; more than 200 tell nobody more. */
export const ranked = (findings: readonly CheckFinding[]): CheckFinding[] =>
  findings
    .toSorted((one, other) => levels.indexOf(one.level) - levels.indexOf(other.level))
    .slice(0, mostFindings);
