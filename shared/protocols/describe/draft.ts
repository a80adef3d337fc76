import * as z from 'zod';
import type { Applied } from '../apply.ts';
import type { FieldDraft } from './fields.ts';

/** Something that whoever imports should know: where it stands in what was read, and what to do. */
export const Finding = z.object({
  level: z.enum(['error', 'warning', 'info']),
  path: z.string(),
  message: z.string(),
  remedy: z.string(),
});
export type Finding = z.infer<typeof Finding>;

/** A member of the draft that the caller has to add, because what was read does not tell it. */
export const Missing = z.object({ path: z.string(), message: z.string() });
export type Missing = z.infer<typeof Missing>;

/** A service document, as far as it could be drawn up. */
export interface Draft {
  readonly name?: string | undefined;
  readonly documentationUrl?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly fields?: readonly FieldDraft[] | undefined;
  readonly auth?: Readonly<Record<string, unknown>> | undefined;
  readonly apply?: readonly Applied[] | undefined;
}

/** A draft, what was seen on the way, and what is still to be given. */
export interface Drafted {
  readonly draft: Draft;
  readonly findings: readonly Finding[];
  readonly missing: readonly Missing[];
}

/** The same of a document that leaves how to authenticate to a discovery document. */
export interface DraftedFromDocument extends Drafted {
  readonly discovery?: { readonly url: string; readonly path: string } | undefined;
}

/** Puts parts of a draft together; a later part's members win. */
export const joined = (...parts: readonly Drafted[]): Drafted => ({
  draft: parts.reduce<Draft>((draft, part) => ({ ...draft, ...part.draft }), {}),
  findings: parts.flatMap(({ findings }) => findings),
  missing: parts.flatMap(({ missing }) => missing),
});

const link = z.url({ protocol: /^https?$/ }).max(2048);

/** A link that a draft may hold; undefined for any other text. */
export const usableLink = (text: string | undefined): string | undefined => {
  const { data } = link.safeParse(text);
  return data !== undefined && URL.canParse(data) && new URL(data).username === '' ? data : undefined;
};

const noName: Missing = { path: 'name', message: 'Give the service a name.' };

/** The name and the documentation link. */
export const titlePart = (name: string, documentationUrl: string | undefined): Drafted => ({
  draft: {
    ...(name === '' ? {} : { name }),
    ...(documentationUrl === undefined ? {} : { documentationUrl }),
  },
  findings: [],
  missing: name === '' ? [noName] : [],
});
