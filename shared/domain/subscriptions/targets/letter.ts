import type { LatchkeyEvent } from '../../../events.ts';
import { eventKinds } from '../../events.ts';

const longestSubject = 100;

/** Of use to the product alone: how long an auth lived, for what is learned of lives. */
const unread: readonly string[] = ['life'];

const summaryOf = ({ type }: LatchkeyEvent): string =>
  eventKinds.find((kind) => kind.type === type)?.summary ?? type;

/** The first sentence of what an event means. */
const firstSentence = (text: string): string => /^.*?[.:](?=\s|$)/.exec(text)?.[0].slice(0, -1) ?? text;

/** The subject: what happened, in printable ASCII, as SNS demands. */
export const subjectOf = (event: LatchkeyEvent): string =>
  `[Latchkey] ${event.type}: ${firstSentence(summaryOf(event))}`
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, longestSubject)
    .trim();

/** Text of others, such as a provider's, stays within its line. */
const oneLine = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');

/** A readable letter of an event: what happened, what to do, where, and the ids. Plain text, as SNS sends nothing else. */
export const letterOf = (
  event: LatchkeyEvent,
  publicUrl: string,
): { readonly subject: string; readonly message: string } => {
  const { advice, link, ...facts } = event.data;
  const lines = Object.entries(facts)
    .filter(([name, value]) => value !== null && value !== undefined && !unread.includes(name))
    .map(([name, value]) => `  ${name}: ${oneLine(value)}`);
  const parts = [
    `What happened\n  ${summaryOf(event).replaceAll('`', '')}`,
    ...(advice === undefined || advice === null ? [] : [`What to do\n  ${oneLine(advice)}`]),
    ...(link === undefined || link === null ? [] : [`Where\n  ${oneLine(link)}`]),
    `Details\n${[`  event: ${event.type}, ${event.id}`, `  time: ${event.time}`, ...lines].join('\n')}`,
    `Sent by Latchkey at ${publicUrl}. The subscription can be changed there; the link below ends it.`,
  ];
  return { subject: subjectOf(event), message: parts.join('\n\n') };
};
